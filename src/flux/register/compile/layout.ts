import { fluxLimits } from '../../limits.ts';

/**
 * Where compiled code finds the parts of a machine in its WebAssembly memory. The program's own
 * memory comes first, so that its addresses need no base.
 */
export const layout = Object.freeze({
  memory: 0,
  ints: fluxLimits.memoryBytes,
  floats: fluxLimits.memoryBytes + 0x400,
  confidence: fluxLimits.memoryBytes + 0xc00,
  stack: fluxLimits.memoryBytes + 0x1400,
  /** Four 32-bit words: stack depth, its limit, last flagged result, cycles left. */
  control: fluxLimits.memoryBytes + 0x1400 + fluxLimits.registerStackDepthMax * 4,
  pages: 2,
});

export const control = Object.freeze({
  depth: layout.control,
  stackDepth: layout.control + 4,
  flagged: layout.control + 8,
  left: layout.control + 12,
});
