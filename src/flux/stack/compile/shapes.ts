import type { Block, Blocks } from './block.ts';
import type { Slots } from './frame.ts';
import { type Kinds, kindsAfter } from './kinds.ts';

/** Deeper stacks do not fit into locals. */
const SLOTS_MAX = 64;

/** What lies on the stack at the start of every block, when that never varies. */
export interface Shapes extends Slots {
  /** By address; a block without one is never entered. */
  readonly at: ReadonlyMap<number, Kinds>;
}

/**
 * Follows the kinds of all values through a program from the stack it starts with. Undefined when
 * two ways to an address leave different stacks there, as with recursion, or when it gets deep.
 */
export function inferShapes({ blocks }: Blocks, initial: Kinds): Shapes | undefined {
  const at = new Map<number, Kinds>();
  const intSlots = new Set<number>();
  const floatSlots = new Set<number>();
  const pending: [pc: number, kinds: Kinds][] = [[0, initial]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [pc, kinds] = next;
    const block = blocks.get(pc);
    const known = at.get(pc);
    if (block === undefined || known === kinds) continue;
    if (known !== undefined) return undefined;
    at.set(pc, kinds);
    const path = followBody(block, kinds);
    for (const each of path) {
      if (each.length > SLOTS_MAX) return undefined;
      for (let slot = 0; slot < each.length; slot += 1) {
        (each[slot] === 'i' ? intSlots : floatSlots).add(slot);
      }
    }
    // A body that is not followed to its end goes on in the interpreter, for good.
    if (path.length <= block.body.length) continue;
    const left = path.at(-1)!;
    for (const target of block.targets) pending.push([target, left]);
    const served = block.service && kindsAfter(left, block.service);
    if (served !== undefined) pending.push([block.service!.pc + block.service!.size, served]);
  }
  return { at, intSlots, floatSlots };
}

/** The kinds before and after each instruction of a body, as far as compiled code does it. */
function followBody({ body }: Block, initial: Kinds): readonly Kinds[] {
  const path = [initial];
  for (const instruction of body) {
    const kinds = kindsAfter(path.at(-1)!, instruction);
    if (kinds === undefined || path.at(-1)!.length > SLOTS_MAX) break;
    path.push(kinds);
  }
  return path;
}
