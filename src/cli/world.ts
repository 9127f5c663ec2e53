import { createInterface } from 'node:readline';
import {
  type Clock,
  type Disk,
  type Random,
  systemClock,
  systemDisk,
  systemRandom,
} from '../base/index.ts';
import type { KeyKeeper } from '../model/index.ts';
import { utf8Of } from './utf8.ts';

/** A stream a command writes to. */
export interface Sink {
  write(text: string): void;
  readonly isTerminal: boolean;
  readonly columns: number;
}

/** Everything of the machine that a command may touch; tests pass their own. */
export interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: () => Promise<string>;
  /** Standard input as it is, for programs that are no text; absent in most tests. */
  readonly stdinBytes?: () => Promise<Uint8Array>;
  /** Standard input line by line, for commands that answer each; absent in most tests. */
  readonly lines?: () => AsyncIterable<string>;
  readonly stdinIsTerminal: boolean;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  /** Asked for keys between the environment and the key file; nobody is when absent. */
  readonly keeper?: KeyKeeper;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A reader that has seen enough, such as `head`, is no fault. */
function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

const sink = (stream: NodeJS.WriteStream): Sink => ({
  write: (text) => {
    stream.write(text);
  },
  isTerminal: stream.isTTY === true,
  columns: stream.columns ?? 80,
});

async function readStdin(): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The machine as it is. */
export function systemWorld(): World {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  endWithReader(process.stdout);
  return {
    cwd: process.cwd(),
    env: process.env,
    stdin: async () => utf8Of(await readStdin(), 'standard input'),
    stdinBytes: readStdin,
    lines: () => createInterface({ input: process.stdin, signal: interrupt.signal }),
    stdinIsTerminal: process.stdin.isTTY === true,
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    clock: systemClock,
    random: systemRandom,
    disk: systemDisk,
    signal: interrupt.signal,
  };
}
