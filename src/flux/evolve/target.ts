import { isJsonObject, type Json } from '../../base/index.ts';
import { FluxError } from '../error.ts';
import { type GeneName, genes } from './genome.ts';

/** One demand: with these inputs on the stack, the last on top, the program leaves this on top. */
export interface TargetCase {
  readonly in: readonly number[];
  readonly out: number;
}

/** What a search looks for. */
export interface Target {
  readonly name: string;
  readonly about: string;
  /** Cases the search sees. */
  readonly cases: readonly TargetCase[];
  /** Cases only the winner is checked with. */
  readonly heldOut: readonly TargetCase[];
  /** Steps a program may take for one case. */
  readonly steps: number;
  /** Most instructions of a program. */
  readonly length: number;
  readonly opcodes: readonly GeneName[];
}

const BOUNDS = Object.freeze({ cases: 200, inputs: 8, steps: 4000, length: 64 });

/**
 * Reads a target from JSON: `{ name, cases: [{ in: [3], out: 6 }], heldOut?, steps?, length?,
 * opcodes? }`. Without `heldOut` every fourth case is held out. Throws `flux/evolve-target`.
 */
export function readTarget(json: Json): Target {
  if (!isJsonObject(json)) throw wrong('a target is an object', 'see `datum evolve --help`');
  const { name, about, cases, heldOut, steps, length, opcodes } = json;
  if (typeof name !== 'string' || !/^[\w-]{1,60}$/.test(name)) {
    throw wrong('name is missing or unfit for a file', 'use letters, digits and dashes');
  }
  const given = readCases('cases', cases);
  const apart =
    heldOut === undefined ? split(given) : { seen: given, kept: readCases('heldOut', heldOut) };
  const inputs = new Set([...apart.seen, ...apart.kept].map((each) => each.in.length));
  if (inputs.size !== 1)
    throw wrong('the cases differ in how many inputs they have', 'give each as many');
  return {
    name,
    about: readAbout(about) ?? name,
    cases: apart.seen,
    heldOut: apart.kept,
    steps: readCount('steps', steps, { least: 1, most: BOUNDS.steps, absent: 500 }),
    length: readCount('length', length, { least: 1, most: BOUNDS.length, absent: 20 }),
    opcodes: opcodes === undefined ? genes : readOpcodes(opcodes),
  };
}

/** One line: in the saved file a second one could begin a block of code. */
function readAbout(json: Json | undefined): string | undefined {
  if (json === undefined) return undefined;
  if (typeof json === 'string' && /^[^\p{Cc}\u2028\u2029]{1,200}$/u.test(json)) return json;
  throw wrong('about is no line of 1 to 200 characters', 'say on one line what is wanted');
}

function split(cases: readonly TargetCase[]) {
  if (cases.length < 4) {
    throw wrong(
      `${cases.length} cases are too few to hold any out`,
      'give at least four cases, or heldOut',
    );
  }
  return {
    seen: cases.filter((_, index) => index % 4 !== 3),
    kept: cases.filter((_, index) => index % 4 === 3),
  };
}

function readCases(field: string, json: Json | undefined): readonly TargetCase[] {
  if (!Array.isArray(json) || json.length === 0 || json.length > BOUNDS.cases) {
    throw wrong(
      `${field} is no list of 1 to ${BOUNDS.cases} cases`,
      'write [{"in": [3], "out": 6}]',
    );
  }
  return json.map((each: Json, index) => {
    const where = `${field}[${index}]`;
    if (!isJsonObject(each) || !Array.isArray(each['in'])) {
      throw wrong(`${where} has no list "in"`, 'write {"in": [3], "out": 6}');
    }
    const inputs = each['in'].map((value: Json) => readWord(`${where}.in`, value));
    if (inputs.length > BOUNDS.inputs) {
      throw wrong(`${where} has more than ${BOUNDS.inputs} inputs`, 'use fewer');
    }
    return { in: inputs, out: readWord(`${where}.out`, each['out']) };
  });
}

function readWord(where: string, value: Json | undefined): number {
  if (typeof value === 'number' && (value | 0) === value) return value;
  throw wrong(`${where} is no 32-bit whole number`, 'use numbers from -2147483648 to 2147483647');
}

function readCount(
  field: string,
  value: Json | undefined,
  bounds: { readonly least: number; readonly most: number; readonly absent: number },
): number {
  if (value === undefined) return bounds.absent;
  if (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= bounds.least &&
    value <= bounds.most
  ) {
    return value;
  }
  throw wrong(`${field} is ${JSON.stringify(value)}`, `use ${bounds.least} to ${bounds.most}`);
}

function readOpcodes(json: Json): readonly GeneName[] {
  const known = (name: Json): name is GeneName => genes.some((gene) => gene === name);
  if (Array.isArray(json) && json.length > 0 && json.every(known)) return json;
  throw wrong('opcodes holds a name no search knows', `use some of ${genes.join(' ')}`);
}

const wrong = (message: string, hint: string): FluxError =>
  new FluxError({ code: 'flux/evolve-target', kind: 'usage', message, hint });
