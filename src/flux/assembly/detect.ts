import { FluxError } from '../error.ts';
import type { MachineName } from '../machine.ts';
import type { FlowNode } from '../verify/flow-node.ts';
import { readNodes } from '../verify/read-nodes.ts';
import { registerNode } from '../verify/register-node.ts';
import { stackNode } from '../verify/stack-node.ts';

/**
 * The machines whose program raw bytes can be (FLUX §4): every byte belongs to a known, complete
 * instruction, every jump leads to the beginning of one, and nothing needs an embedder.
 */
export function possibleMachines(code: Uint8Array): readonly MachineName[] {
  const machines: MachineName[] = [];
  if (readsWhole(code, stackNode)) machines.push('stack');
  if (readsWhole(code, registerNode)) machines.push('register');
  return machines;
}

/** The one machine whose program raw bytes can be; `flux/which-machine` when it is both or none. */
export function detectMachine(code: Uint8Array): MachineName {
  const machines = possibleMachines(code);
  const [only] = machines;
  if (only !== undefined && machines.length === 1) return only;
  throw new FluxError({
    code: 'flux/which-machine',
    message:
      only === undefined
        ? 'these bytes are whole instructions on neither machine'
        : 'these bytes are whole instructions on both machines',
    hint: 'say which: --machine stack or --machine register',
    kind: 'usage',
    data: { possible: machines },
  });
}

function readsWhole(code: Uint8Array, read: (code: Uint8Array, pc: number) => FlowNode): boolean {
  if (code.length === 0) return false;
  const { nodes, indexAt } = readNodes(code, read);
  return nodes.every(
    ({ fault, target, needsHost }) =>
      fault === undefined && !needsHost && (target === undefined || (indexAt[target] ?? -1) !== -1),
  );
}
