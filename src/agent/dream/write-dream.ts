import { type DocumentWrite, type DreamManifest, printDreamManifest } from '../../folder/index.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { dreamReport } from './dream-report.ts';
import type { DreamRequest, Setting } from './dream-setting.ts';
import type { Found } from './find-changes.ts';
import { indexAfter } from './index-after.ts';
import type { Material } from './material.ts';
import { dreamPath, stateDream } from './read-dreams.ts';

export interface DreamWriting {
  readonly manifest: DreamManifest;
  readonly request: DreamRequest;
  readonly found?: Found;
  readonly setting?: Setting;
}

/** Writes the manifest, and with what was found the whole staged memory, in one transaction. */
export async function writeDream(
  world: AgentWorld,
  snapshot: AgentSnapshot,
  { manifest, request, found, setting }: DreamWriting,
): Promise<void> {
  const { id } = manifest;
  const path = (file: string): string => snapshot.inHome(dreamPath(id, file));
  const staged =
    found === undefined || setting === undefined
      ? []
      : await stagedWrites(snapshot, { found, material: setting.material, manifest, path });
  const writes = [
    ...staged,
    { path: path('manifest.json'), content: printDreamManifest(manifest) },
  ];
  const why = { ...request.write.why, dream: `dream:${manifest.agent}/${id}` };
  await world.folder.writeDocuments(writes, { ...request.write, why });
  await stateDream(world.log, manifest, {
    ...(request.write.by === undefined ? {} : { by: request.write.by }),
    run: manifest.run,
  });
}

/** The notes as the dream would have them, by file name. */
export function memoryAfter(
  { notes }: Material,
  { changes }: Pick<Found, 'changes'>,
): ReadonlyMap<string, string | undefined> {
  const after = new Map<string, string | undefined>(notes.map(({ file }) => [file, undefined]));
  for (const { files, texts } of changes) {
    for (const [index, file] of files.entries()) after.set(file, texts[index]);
  }
  return after;
}

async function stagedWrites(
  snapshot: AgentSnapshot,
  {
    found,
    material,
    manifest,
    path,
  }: {
    readonly found: Found;
    readonly material: Material;
    readonly manifest: DreamManifest;
    readonly path: (file: string) => string;
  },
): Promise<readonly DocumentWrite[]> {
  const writes: DocumentWrite[] = [];
  for (const [file, text] of memoryAfter(material, found)) {
    const content = text ?? (await snapshot.read(`memory/${file}`)) ?? '';
    writes.push({ path: path(`memory/${file}`), content });
  }
  const files = await Promise.all(
    found.changes.flatMap(({ files: names, texts }) =>
      names.map(async (file, index) => {
        const before = await snapshot.read(`memory/${file}`);
        const hash = snapshot.hashOf(`memory/${file}`);
        const old = before === undefined || hash === undefined ? undefined : { text: before, hash };
        return { file, before: old, text: texts[index] ?? '' };
      }),
    ),
  );
  const index = indexAfter(await snapshot.read('memory/INDEX.md'), files);
  return [
    ...writes,
    { path: path('memory/INDEX.md'), content: index },
    { path: path('report.md'), content: dreamReport(manifest, found) },
  ];
}
