import { fluxLimits } from '../limits.ts';

/**
 * Where the parts of a machine lie in its one buffer. The memory of the program comes first, so that
 * compiled code needs no base for its addresses.
 */
export const layout = Object.freeze({
  memory: 0,
  ints: fluxLimits.memoryBytes,
  floats: fluxLimits.memoryBytes + 0x400,
  confidence: fluxLimits.memoryBytes + 0xc00,
  stack: fluxLimits.memoryBytes + 0x1400,
  /** Four 32-bit words: stack depth, its limit, last flagged result, cycles left. */
  control: fluxLimits.memoryBytes + 0x1400 + fluxLimits.registerStackDepthMax * 4,
  /** Of 64 KiB each, for compiled code. */
  pages: 2,
});

export const REGISTERS = 256;

/** Words only compiled code uses: it reads them when it starts and writes them when it stops. */
export const control = Object.freeze({
  depth: layout.control,
  stackDepth: layout.control + 4,
  flagged: layout.control + 8,
  left: layout.control + 12,
});
