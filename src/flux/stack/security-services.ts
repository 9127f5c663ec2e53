import type { Json } from '../../base/index.ts';
import { fluxLimits } from '../limits.ts';
import { mismatch, refuseSandboxed, violation } from './access.ts';
import { type Context, MAY_WRITE } from './context.ts';
import { askHost, type ServiceResult, type ServiceTable } from './service-table.ts';
import type { MachineState } from './state.ts';
import { traps } from './trap-cause.ts';
import { stackValue, type Value } from './value.ts';

type Operands = readonly number[];

/** CAP_INVOKE hands its arguments to the host that granted the capability and pushes the answer. */
function invoke(
  { host }: MachineState,
  context: Context,
  [capability = 0, count = 0]: Operands,
): ServiceResult {
  const { stack, pc } = context;
  if (stack.depth < count) {
    stack.depth = 0;
    return traps.underflow(pc);
  }
  const popped: Value[] = [];
  for (let index = 0; index < count; index += 1) popped.unshift(stack.pop());
  if (!host.capabilities?.has(capability)) {
    return {
      kind: 'Capability',
      message: `CAPABILITY_DENIED (0xe0): CAP_DENIED: capability ${capability}`,
    };
  }
  const { send } = host;
  if (send === undefined)
    return { kind: 'NoHost', message: 'CAP_INVOKE needs a host that answers' };
  if (!stack.growAt(stack.depth)) return traps.overflow(stack.limit);
  const payload: Json = popped.map(({ value }) => value);
  return askHost('CAP_INVOKE', () => {
    stack.push(stackValue(send({ kind: 'capability', channel: capability, payload })));
    return undefined;
  });
}

/** MEM_TAG marks memory as this context's, and of those it forks from now on; tag 0 frees it. */
function tagMemory(
  state: MachineState,
  context: Context,
  [address = 0, size = 0, tag = 0]: Operands,
): ServiceResult {
  if (address + size > state.memory.length) return traps.bounds(address + size - 1);
  const refused = refuseSandboxed(context, { address, size, permission: MAY_WRITE });
  if (refused !== undefined) return refused;
  const held = state.tags?.subarray(address, address + size);
  const foreign = held?.find((each) => each !== 0 && !context.tags.has(each));
  if (foreign !== undefined) return mismatch(`memory from ${address} on has tag ${foreign}`);
  state.tags ??= new Uint8Array(state.memory.length);
  state.tags.fill(tag, address, address + size);
  if (tag !== 0) context.tags = new Set([...context.tags, tag]);
  return undefined;
}

function enterSandbox(
  _: MachineState,
  context: Context,
  [start = 0, size = 0, permissions = 0]: Operands,
): ServiceResult {
  if (context.sandboxes.length >= fluxLimits.sandboxesMax) {
    return violation(`more than ${fluxLimits.sandboxesMax} sandboxes`);
  }
  context.sandboxes = [...context.sandboxes, { start, size, permissions }];
  return undefined;
}

/** Who may do what (FLUX §8.1, extension 2). */
export const securityServices: ServiceTable = {
  CAP_INVOKE: invoke,
  MEM_TAG: tagMemory,
  SANDBOX_ENTER: enterSandbox,
  SANDBOX_EXIT: (_, context) => {
    context.sandboxes = context.sandboxes.slice(0, -1);
    return undefined;
  },
  IDENTITY_GET: ({ host }, { stack }) => {
    stack.push(stackValue(host.identity ?? 1));
    return undefined;
  },
};
