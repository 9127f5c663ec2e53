import type { Block, Blocks } from './block.ts';
import type { Slots } from './frame.ts';
import { type Kinds, kindsAfter } from './kinds.ts';

/** Deeper stacks do not fit into locals. */
const SLOTS_MAX = 64;

/** What lies on the stack in every block, when that never varies. */
export interface Shapes extends Slots {
  /**
   * By address of a block: the kinds before its first instruction and after each that compiled code
   * does. A block without any is never entered.
   */
  readonly paths: ReadonlyMap<number, readonly Kinds[]>;
}

/**
 * Follows the kinds of all values through a program from the stack it starts with. Undefined when
 * two ways to an address leave different stacks there, as with recursion, or when it gets deep.
 */
export function inferShapes({ blocks }: Blocks, initial: Kinds): Shapes | undefined {
  const paths = new Map<number, readonly Kinds[]>();
  const seen = new Set<Kinds>();
  const pending = [{ pc: 0, kinds: initial }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { pc, kinds } = next;
    const block = blocks.get(pc);
    const known = paths.get(pc)?.[0];
    if (block === undefined || known === kinds) continue;
    if (known !== undefined) return undefined;
    const path = followBody(block, kinds);
    paths.set(pc, path);
    for (const each of path) {
      if (each.length > SLOTS_MAX) return undefined;
      seen.add(each);
    }
    // A body that is not followed to its end goes on in the interpreter, for good.
    if (path.length <= block.body.length) continue;
    const left = path.at(-1)!;
    for (const target of block.targets) pending.push({ pc: target, kinds: left });
    const served = block.service && kindsAfter(left, block.service);
    if (served === undefined) continue;
    pending.push({ pc: block.service!.pc + block.service!.size, kinds: served });
  }
  return { paths, ...slotsOf(seen) };
}

function slotsOf(seen: Iterable<Kinds>): Slots {
  const intSlots = new Set<number>();
  const floatSlots = new Set<number>();
  for (const kinds of seen) {
    for (let slot = 0; slot < kinds.length; slot += 1) {
      (kinds[slot] === 'i' ? intSlots : floatSlots).add(slot);
    }
  }
  return { intSlots, floatSlots };
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
