import type { ChildProcess } from 'node:child_process';
import type { Timer } from '../deadline.ts';
import { endGroup, killGroup, type ProgramStart, startGroup } from './process-group.ts';

export interface ProcessRequest extends ProgramStart {
  readonly stdin?: Uint8Array;
  /** Real time, for the timeout: a program does not run by a manual clock. */
  readonly timer: Timer;
  readonly timeoutMillis: number;
  /** Kept of each output; the rest is read and dropped. */
  readonly outputBytesMax: number;
  /** Leaves alone what the program leaves running when it ends by itself, such as a cache daemon. */
  readonly keepChildren?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ProcessResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** True when an output was longer than what was kept. */
  readonly cut: boolean;
  readonly timedOut: boolean;
}

/**
 * Runs a program to its end, in a process group of its own that does not outlive it unless asked to. After the
 * timeout the whole group is killed and what it printed so far is the result. Rejects with the
 * system's error when it cannot be started, and with the signal's reason when called off.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  const { stdin, timer, timeoutMillis, keepChildren = false, signal } = request;
  signal?.throwIfAborted();
  const child = startGroup(request, [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']);
  const outputs = [new Output(request.outputBytesMax), new Output(request.outputBytesMax)] as const;
  child.stdout?.on('data', (piece: Buffer) => outputs[0].add(piece));
  child.stderr?.on('data', (piece: Buffer) => outputs[1].add(piece));
  // A program may end without reading its input, which is its own affair.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(stdin);

  let timedOut = false;
  const over = new AbortController();
  const abandon = (): void => {
    void endGroup(child);
  };
  signal?.addEventListener('abort', abandon, { once: true });
  timer.sleep(timeoutMillis, over.signal).then(
    () => {
      timedOut = true;
      abandon();
    },
    () => undefined,
  );
  // What it left behind in its group would hold the outputs open.
  if (!keepChildren) child.once('exit', () => killGroup(child));
  try {
    const [exitCode, endedBy] = await ended(child);
    signal?.throwIfAborted();
    const [stdout, stderr] = outputs.map((output) => output.bytes()) as [Buffer, Buffer];
    const cut = outputs.some((output) => output.cut);
    return { exitCode, signal: endedBy, stdout, stderr, cut, timedOut };
  } finally {
    over.abort();
    signal?.removeEventListener('abort', abandon);
  }
}

/** Resolves when the process has ended and its outputs are closed. */
const ended = (child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, endedBy) => resolve([code, endedBy]));
  });

class Output {
  readonly #bytesMax: number;
  readonly #pieces: Buffer[] = [];
  #size = 0;
  cut = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(piece: Buffer): void {
    const room = this.#bytesMax - this.#size;
    if (piece.length > room) this.cut = true;
    if (room <= 0) return;
    const kept = piece.subarray(0, room);
    this.#pieces.push(kept);
    this.#size += kept.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}
