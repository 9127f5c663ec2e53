import { fluxLimits } from '../../limits.ts';

const { memoryBytes, stackDepthMax, callDepthMax } = fluxLimits;
const ints = memoryBytes;
const floats = ints + stackDepthMax * 4;
const kinds = floats + stackDepthMax * 8;
const calls = kinds + stackDepthMax;
const control = calls + callDepthMax * 4;
const PAGE = 65_536;

/**
 * Where compiled code finds the parts of a machine in its WebAssembly memory. The program's own
 * memory comes first, so that its addresses need no base.
 */
export const layout = Object.freeze({
  memory: 0,
  ints,
  floats,
  kinds,
  calls,
  /** Words that compiled code reads when it starts and writes when it stops. */
  control: Object.freeze({
    /** f64: confidence of the context. */
    confidence: control,
    /** i64: the program's clock when all cycles are used; -1 for a clock of the host. */
    time: control + 8,
    /** i64: fuel left when all cycles are used; -1 without a limit. */
    fuel: control + 16,
    left: control + 24,
    shape: control + 28,
    base: control + 32,
    callDepth: control + 36,
    callLimit: control + 40,
    rule: control + 44,
    flagA: control + 48,
    flagB: control + 52,
    result: control + 56,
    depth: control + 60,
    stackLimit: control + 64,
  }),
  pages: Math.ceil((control + 68) / PAGE),
});
