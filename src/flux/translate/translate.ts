import type { DataSegment, Ending } from '../machine.ts';
import { runRegister } from '../register/run.ts';
import { runStack } from '../stack/run.ts';
import { registerToStack } from './register-to-stack.ts';
import { stackToRegister } from './stack-to-register.ts';
import { provenProgram, type TranslateOptions, type Translation } from './translation.ts';

/**
 * Translates a program to the other machine. The program is verified first; what has no exact equal
 * is refused with its address (`flux/untranslatable`). Reference: FLUX §9.
 *
 * @example
 * translate(parseHex('550500000055070000001000'), { from: 'stack' }).to; // => 'register'
 */
export function translate(code: Uint8Array, options: TranslateOptions): Translation {
  const program = provenProgram(code, options);
  const { from, data = [] } = options;
  return from === 'stack' ? stackToRegister(program, data) : registerToStack(program, data);
}

/** What both runs start from; steps bound each of them. */
export interface ComparisonStart {
  /** Bottom to top, as many as the translation's `initialDepth`. */
  readonly stack?: readonly number[];
  /** R0, R1, … */
  readonly registers?: readonly number[];
  readonly steps?: number;
}

/** Both runs of a translation; differences are sentences, none when they agree. */
export interface Comparison {
  readonly endings: readonly [original: Ending, translated: Ending];
  readonly steps: readonly [original: number, translated: number];
  readonly differences: readonly string[];
  /** Whether a step limit ended one of them, so that there was nothing to compare. */
  readonly isCut: boolean;
}

const STEPS_DEFAULT = 1_000_000;
/** The translated run may take so many steps for one of the original. */
const STEPS_RATIO = 20;

/** Runs a program and its translation, and compares how they end, their stack, registers and memory. */
export function compareTranslation(
  translation: Translation,
  start: ComparisonStart = {},
): Comparison {
  return translation.from === 'stack'
    ? compareFromStack(translation, start)
    : compareFromRegister(translation, start);
}

function compareFromStack(translation: Translation, start: ComparisonStart): Comparison {
  const { stack = [], steps = STEPS_DEFAULT } = start;
  const { data: memory } = translation;
  const original = runStack(translation.original, { stack, memory, limits: { steps } });
  const translated = runRegister(translation.code, {
    ints: stack,
    memory,
    limits: { steps: steps * STEPS_RATIO },
  });
  const { correspondence } = translation;
  const depth =
    correspondence.to === 'register' ? (translated.ints[correspondence.depthRegister] ?? 0) : 0;
  return compared(
    { ...original, kind: original.trap?.kind, state: [...original.stack] },
    { ...translated, kind: translated.trap?.kind, state: [...translated.ints.subarray(0, depth)] },
  );
}

function compareFromRegister(translation: Translation, start: ComparisonStart): Comparison {
  const { registers = [], steps = STEPS_DEFAULT } = start;
  const { correspondence, data: memory } = translation;
  const { cells, memoryEnd } =
    correspondence.to === 'stack'
      ? correspondence
      : { cells: new Map<number, number>(), memoryEnd: 0 };
  const original = runRegister(translation.original, {
    ints: registers,
    memory,
    limits: { steps },
  });
  const translated = runStack(translation.code, {
    memory: [...memory, ...cellSegments(cells, registers)],
    limits: { steps: steps * STEPS_RATIO },
  });
  const view = new DataView(translated.memory.buffer, translated.memory.byteOffset);
  const held = [...cells].map(([register, address]) => ({
    register,
    value: view.getInt32(address, true),
  }));
  return compared(
    {
      ...original,
      memory: original.memory.subarray(0, memoryEnd),
      kind: original.trap?.kind,
      state: [...original.stack, ...held.map(({ register }) => original.ints[register] ?? 0)],
    },
    {
      ...translated,
      memory: translated.memory.subarray(0, memoryEnd),
      kind: translated.trap?.kind,
      state: [...translated.stack, ...held.map(({ value }) => value)],
    },
  );
}

/** Registers that hold something at the start, as bytes of their cells. */
function cellSegments(
  cells: ReadonlyMap<number, number>,
  registers: readonly number[],
): readonly DataSegment[] {
  return [...cells].map(([register, address]) => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, registers[register] ?? 0, true);
    return { address, bytes };
  });
}

interface Run {
  readonly ending: Ending;
  readonly steps: number;
  readonly kind: string | undefined;
  /** Stack and registers in an order that both runs share. */
  readonly state: readonly number[];
  readonly memory: Uint8Array;
}

/** After a trap only its kind is compared: a machine may have done half of an instruction. */
function compared(original: Run, translated: Run): Comparison {
  const differences: string[] = [];
  const isCut = original.ending === 'step-limit' || translated.ending === 'step-limit';
  if (!isCut) {
    if (original.ending !== translated.ending) {
      differences.push(
        `the original ends with ${original.ending}, the translation with ${translated.ending}`,
      );
    } else if (original.ending === 'trap') {
      if (!sameTrap(original.kind, translated.kind)) {
        differences.push(`the original traps ${original.kind}, the translation ${translated.kind}`);
      }
    } else {
      if (String(original.state) !== String(translated.state)) {
        differences.push(
          `the original leaves [${original.state}], the translation [${translated.state}]`,
        );
      }
      if (!Buffer.from(original.memory).equals(translated.memory)) {
        differences.push('the memory differs');
      }
    }
  }
  return {
    endings: [original.ending, translated.ending],
    steps: [original.steps, translated.steps],
    differences,
    isCut,
  };
}

/** Machine R has one stack for values and calls, so it has one name for an overflow of either. */
const sameTrap = (left: string | undefined, right: string | undefined): boolean =>
  left === right || (isOverflow(left) && isOverflow(right));

const isOverflow = (kind: string | undefined): boolean =>
  kind === 'StackOverflow' || kind === 'CallStackOverflow';
