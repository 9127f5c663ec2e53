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
  readonly #open: string[] = [];
  /** How many constructs were open before each one that is open. */
  readonly #positions = new Map<string, number>();

  /** A node has at most one block and one loop open at a time. */
  open(kind: Construct, node = -1): void {
    if (kind === 'loop') this.code.loop();
    else if (kind === 'if') this.code.if();
    else this.code.block();
    const name = `${kind} ${node}`;
    this.#positions.set(name, this.#open.length);
    this.#open.push(name);
  }

  close(): void {
    this.code.end();
    this.#positions.delete(this.#open.pop() ?? '');
  }

  /** How many constructs out the label of a node is. */
  label(kind: Construct, node = -1): number {
    return this.#open.length - 1 - this.#positions.get(`${kind} ${node}`)!;
  }
}
