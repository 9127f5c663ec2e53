import {
  canonicalize,
  DatumError,
  formatInstant,
  isEntity,
  isJsonObject,
  type Json,
  readInstant,
} from '../base/index.ts';
import { type Database, type Datom, type FactInput, isAttribute } from '../fact/index.ts';
import { HomeError } from './error.ts';

/** Facts about files, which travel with the files, and about whom one trusts and what is erased here. */
const LEFT_OUT = /^(?:doc|entry|folder|writer|erasure):/;
/** What only a person decides, with a command of its own. */
const DECISION = /^(?:writer\/trusted$|erasure\/)/;
const DECLARATION = /^attr:/;

export interface FactLinesQuery {
  /** Of these entities only. */
  readonly entities?: readonly string[];
  /** `now`: what holds; `history`: every operation that is known, with its stretch of time. */
  readonly depth: 'now' | 'history';
}

/**
 * Facts as JSON lines, declarations first, then by entity: `{e, a, v, op, validFrom, validTo?, tx, at}`
 * with instants as text and `"always"` for an open beginning. Facts about files, trusted writers and
 * erasures are left out, and so are private values that cannot be read here.
 */
export async function* factLines(
  database: Database,
  { entities, depth }: FactLinesQuery,
): AsyncIterable<Readonly<Record<string, Json>>> {
  for (const entity of entities ?? (await entitiesOf(database))) {
    for (const datom of await datomsOf(database, entity, depth)) {
      if (!isSealed(datom.v)) yield factLine(datom);
    }
  }
}

async function entitiesOf(database: Database): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { e } of await database.find([{ e: { var: 'e' } }])) found.add(String(e));
  const kept = [...found].filter((entity) => !LEFT_OUT.test(entity)).sort();
  const declared = kept.filter((entity) => DECLARATION.test(entity));
  return [...declared, ...kept.filter((entity) => !DECLARATION.test(entity))];
}

async function datomsOf(
  database: Database,
  entity: string,
  depth: FactLinesQuery['depth'],
): Promise<readonly Datom[]> {
  if (depth === 'history') return database.history(entity);
  const datoms: Datom[] = [];
  for await (const datom of database.datoms({ e: entity })) datoms.push(datom);
  return datoms;
}

const isSealed = (value: Json): boolean =>
  isJsonObject(value) && ('$sealed' in value || '$erased' in value);

const factLine = ({ e, a, v, op, tx, at, validFrom, validTo }: Datom) => ({
  e,
  a,
  v,
  op,
  validFrom: validFrom === undefined ? 'always' : formatInstant(validFrom),
  ...(validTo === undefined ? {} : { validTo: formatInstant(validTo) }),
  tx,
  at: formatInstant(at),
});

/**
 * Reads what {@link factLines} printed, or lines that a person wrote with `e`, `a`, `v` alone. Every
 * line must be right, at the time `now` in microseconds: throws `home/import` with each wrong one, before anything is written.
 *
 * @example
 * readFactLines('{"e":"room:reading","a":"room/seats","v":24}\n');
 * // => [{ e: 'room:reading', a: 'room/seats', v: 24, op: 'assert' }]
 */
export function readFactLines(
  text: string,
  { now = Number.NEGATIVE_INFINITY }: { readonly now?: number } = {},
): readonly FactInput[] {
  const facts: FactInput[] = [];
  const wrong: string[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line, now);
    if (typeof read === 'string') wrong.push(`line ${index + 1}: ${read}`);
    else facts.push(read);
  }
  if (wrong.length === 0) return facts;
  const more = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : '';
  throw new HomeError({
    code: 'home/import',
    kind: 'usage',
    message: `${wrong[0]}${more}`,
    hint: 'correct the lines, one fact each: {"e": "room:reading", "a": "room/seats", "v": 24}; nothing was written',
    data: { wrong: wrong.slice(0, 100) },
  });
}

function readLine(line: string, now: number): FactInput | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  if (!isJsonObject(value)) return 'not an object';
  const { e, a, v, op = 'assert', validFrom, validTo } = value;
  if (typeof e !== 'string' || !isEntity(e)) return '"e" is no entity (kind:name)';
  if (typeof a !== 'string' || !isAttribute(a)) return '"a" is no attribute (room/name)';
  if (DECISION.test(a)) {
    return `${a} is no fact to import; see datum trust writers and datum erase`;
  }
  if (op !== 'assert' && op !== 'retract') return '"op" is neither "assert" nor "retract"';
  if (op === 'assert' && v === undefined) return '"v" is missing';
  const from = validFrom === 'always' ? validFrom : readTime(validFrom);
  const to = readTime(validTo);
  if (from === null) return '"validFrom" is no time';
  if (to === null) return '"validTo" is no time';
  const start = from === 'always' ? Number.NEGATIVE_INFINITY : (from ?? now);
  if (to !== undefined && to <= start) return '"validTo" is not after the beginning';
  const isWritable = v === undefined || isCanonical(v);
  if (!isWritable) return '"v" is nested too deep, or holds a tag or a number that is none';
  return {
    e,
    a,
    op,
    ...(v === undefined ? {} : { v }),
    ...(from === undefined ? {} : { validFrom: from }),
    ...(to === undefined ? {} : { validTo: to }),
  };
}

function isCanonical(value: Json): boolean {
  try {
    canonicalize(value);
    return true;
  } catch (error) {
    if (error instanceof DatumError) return false;
    throw error;
  }
}

/** `undefined` when absent, `null` when it is no time. */
function readTime(value: unknown): number | undefined | null {
  if (value === undefined) return undefined;
  return (typeof value === 'string' ? readInstant(value) : undefined) ?? null;
}
