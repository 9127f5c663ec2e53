import { CodeWriter } from '../wasm/code-writer.ts';

/** A construct of structured control; a branch to a block or loop goes to a node of the graph. */
type Construct = 'exit' | 'loop' | 'block' | 'if';

/**
 * The compiled function being written and the constructs open where it is being written. Its
 * parameters are the address to dispatch to, the cycles it may take and the inner loop header to go
 * on to (0 for none).
 */
export class FlowFrame {
  readonly code = new CodeWriter();
  readonly pc = 0;
  readonly left = 1;
  readonly goal = 2;
  static readonly parameters = 3;
  /** How many constructs are open, and how many were before the newest of each kind at a node. */
  #depth = 0;
  readonly #positions: Readonly<Record<Construct, Map<number, number>>> = {
    ...{ exit: new Map(), loop: new Map(), block: new Map(), if: new Map() },
  };

  /** A node has at most one block and one loop open at a time. */
  open(kind: Construct, node = -1): void {
    if (kind === 'loop') this.code.loop();
    else if (kind === 'if') this.code.if();
    else this.code.block();
    this.#positions[kind].set(node, this.#depth);
    this.#depth += 1;
  }

  close(): void {
    this.code.end();
    this.#depth -= 1;
  }

  /** How many constructs out the label of a node is, which is open. */
  label(kind: Construct, node = -1): number {
    return this.#depth - 1 - this.#positions[kind].get(node)!;
  }
}
