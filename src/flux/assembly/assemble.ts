import { fluxLimits } from '../limits.ts';
import type { DataSegment, MachineName } from '../machine.ts';
import { encodeData } from './data-item.ts';
import { dialects, machineOfSource } from './detect-text.ts';
import { type FluxDocument, readDocument } from './document.ts';
import { encodeInstruction } from './encode.ts';
import { Layout } from './layout.ts';
import { assemblyError, type Problem, ProblemList } from './problem.ts';
import type { Program } from './program.ts';
import { parseStatement, type Statement } from './statement.ts';

export interface AssembleOptions {
  /** The machine the source is for; by default what the source says or shows (FLUX §4). */
  readonly machine?: MachineName;
}

/** What the assembler made of a source: a program, or else why there is none. */
export interface Assembly {
  readonly program?: Program;
  /** Every mistake found, in the order of the text; empty exactly when there is a program. */
  readonly problems: readonly Problem[];
  readonly document: FluxDocument;
}

/**
 * Assembles a `.flux` source, plain or Markdown with fenced blocks, for either machine.
 * Throws `flux/assembly`, whose data lists every mistake with line, column and what was expected.
 *
 * @example
 * toHex(assemble('PUSH 5\nPUSH 7\nADD\nHALT').code); // => '550500000055070000001000'
 */
export function assemble(text: string, options: AssembleOptions = {}): Program {
  const { program, problems } = readAssembly(text, options);
  if (program === undefined) throw assemblyError(problems);
  return program;
}

/** Assembles like `assemble`, and answers the mistakes as data instead of throwing. */
export function readAssembly(text: string, options: AssembleOptions = {}): Assembly {
  const problems = new ProblemList();
  const start = { line: 1, column: 1 };
  if (text.length > fluxLimits.sourceCharactersMax) {
    const message = `the source is longer than ${fluxLimits.sourceCharactersMax} characters`;
    problems.add(start, message, 'a shorter source');
    return { problems: problems.inOrder(), document: { lines: [], front: {} } };
  }
  const document = readDocument(text, problems);
  const statements = document.lines.flatMap((line) => parseStatement(line, problems) ?? []);
  const machine = options.machine ?? declaredMachine(document, statements, problems);
  const assumed = machine ?? machineOfSource(statements);
  const first = statements.find((each) => each.head !== undefined && !each.isDirective);
  if (assumed === undefined && first !== undefined) reportUnknownMachine(statements, problems);
  const program = assumed === undefined ? undefined : translate(assumed, statements, problems);
  const isEmpty = program === undefined || program.code.length === 0;
  if (first === undefined && isEmpty && problems.count === 0) {
    problems.add(statements[0] ?? start, 'the program is empty', 'at least one instruction');
  }
  const found = problems.inOrder();
  return program === undefined || found.length > 0
    ? { problems: found, document }
    : { program, problems: found, document };
}

/** The machine named by a `.machine` line or by `machine:` in the front matter. */
function declaredMachine(
  { front }: FluxDocument,
  statements: readonly Statement[],
  problems: ProblemList,
): MachineName | undefined {
  const line = statements.find((each) => each.head?.text === '.MACHINE');
  const named = line === undefined ? front['machine'] : line.operands[0]?.text;
  if (named === 'stack' || named === 'register') return named;
  if (line !== undefined || named !== undefined) {
    const place = line?.operands[0] ?? line ?? { line: 1, column: 1 };
    problems.add(place, `${String(named ?? 'nothing')} is no machine`, 'stack or register');
  }
  return undefined;
}

/** No machine can be chosen: because no machine has the instructions, or because both do. */
function reportUnknownMachine(statements: readonly Statement[], problems: ProblemList): void {
  const heads = statements.flatMap(({ head, isDirective }) =>
    head === undefined || isDirective ? [] : [head],
  );
  const strange = heads.filter(({ text }) =>
    Object.values(dialects).every((dialect) => dialect.forms(text).length === 0),
  );
  for (const head of strange) {
    problems.add(head, `Unknown instruction: ${head.text}`, 'an instruction of either machine');
  }
  const [first] = heads;
  if (strange.length > 0 || first === undefined) return;
  const message = 'this source could be for either machine';
  problems.add(first, message, 'a line ".machine stack" or ".machine register"');
}

function translate(
  machine: MachineName,
  statements: readonly Statement[],
  problems: ProblemList,
): Program {
  const layout = new Layout(machine, problems);
  for (const statement of statements) layout.add(statement);
  const code = new Uint8Array(Math.min(layout.codeSize, fluxLimits.codeBytesMax));
  for (const item of layout.code) {
    const bytes =
      'form' in item
        ? encodeInstruction(item, layout.symbols, problems)
        : encodeData(item, layout.symbols, problems);
    if (item.pc + bytes.length <= code.length) code.set(bytes, item.pc);
  }
  const data = encodeBlocks(layout, problems);
  return { machine, code, data, labels: layout.symbols.labels(), lines: layout.lines };
}

/** The data in the order of its addresses; sections must not overlap. */
function encodeBlocks({ data, symbols }: Layout, problems: ProblemList): readonly DataSegment[] {
  const segments: DataSegment[] = [];
  let before = 0;
  for (const block of data.toSorted((a, b) => a.address - b.address)) {
    const { address, size, place } = block;
    if (size === 0) continue;
    if (address < before) {
      const message = `the data at ${address} overlaps other data, which ends at ${before}`;
      problems.add(place, message, 'data sections that lie apart');
    }
    const bytes = block.items.flatMap((item) => encodeData(item, symbols, problems));
    segments.push({ address, bytes: Uint8Array.from(bytes) });
    before = Math.max(before, address + size);
  }
  return segments;
}
