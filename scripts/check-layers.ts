/**
 * Checks that imports follow the room order of `ARCHITECTURE.md`: upwards only, through
 * `index.ts` only, no cycle inside a room, and `base` imports nothing but Node itself.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

export interface Breach {
  readonly file: string;
  readonly specifier: string;
  readonly reason: string;
}

/** Room names in table order, read from the text of `ARCHITECTURE.md`. */
export const roomOrder = (architecture: string): readonly string[] =>
  [...architecture.matchAll(/^\| `([a-z]+)` *\|/gm)].map((match) => match[1] ?? '');

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

const specifiersOf = (source: string): readonly string[] =>
  [...source.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');

const sourceFiles = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Every breach of the room order below `source`, in file order. */
export function checkLayers(source: string, rooms: readonly string[]): readonly Breach[] {
  const breaches: Breach[] = [];
  const graph = new Map<string, readonly string[]>();
  for (const file of sourceFiles(source)) {
    const specifiers = specifiersOf(readFileSync(file, 'utf8'));
    const isTest = file.endsWith('.test.ts');
    const room = relative(source, file).split(sep)[0] ?? '';
    const inRoom = relative(source, file).includes(sep);
    if (inRoom && !rooms.includes(room)) {
      breaches.push({ file, specifier: room, reason: `room ${room} is not in ARCHITECTURE.md` });
    }
    const targets: string[] = [];
    for (const specifier of specifiers) {
      if (!specifier.startsWith('.')) {
        const outside = !specifier.startsWith('node:') && room === 'base' && !isTest;
        if (outside) breaches.push({ file, specifier, reason: 'base imports nothing' });
        continue;
      }
      const target = resolve(dirname(file), specifier);
      if (!existsSync(target)) {
        breaches.push({ file, specifier, reason: 'the file does not exist' });
        continue;
      }
      targets.push(target);
      const reason = inRoom && !isTest ? crossing({ source, rooms, room, target }) : undefined;
      if (reason !== undefined) breaches.push({ file, specifier, reason });
    }
    if (!isTest) graph.set(file, targets);
  }
  for (const cycle of cyclesOf(graph)) {
    const names = cycle.map((file) => relative(source, file));
    breaches.push({ file: cycle[0] ?? '', specifier: names.join(' -> '), reason: 'import cycle' });
  }
  return breaches;
}

interface Crossing {
  readonly source: string;
  readonly rooms: readonly string[];
  readonly room: string;
  readonly target: string;
}

function crossing({ source, rooms, room, target }: Crossing): string | undefined {
  const path = relative(source, target);
  const other = path.split(sep)[0] ?? '';
  if (other === room) return undefined;
  if (path.startsWith('..')) return 'a room imports nothing outside src';
  if (rooms.indexOf(other) >= rooms.indexOf(room)) return `${other} is not above ${room}`;
  if (room === 'flux' && other !== 'base') return 'flux imports base alone';
  if (path !== join(other, 'index.ts')) return `enter ${other} through its index.ts`;
  return undefined;
}

function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const rooms = roomOrder(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
  const breaches = checkLayers(join(root, 'src'), rooms);
  for (const { file, specifier, reason } of breaches) {
    process.stderr.write(`${relative(root, file)}: ${specifier}: ${reason}\n`);
  }
  process.stdout.write(`layers: ${rooms.length} rooms, ${breaches.length} breaches\n`);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}
