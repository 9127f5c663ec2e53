import { spawn } from 'node:child_process';

/** What a finished command left. */
export interface Finished {
  /** Absent when it could not be started or was killed. */
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Runs a command with text on its input; never a shell. */
export type RunCommand = (
  command: readonly string[],
  input: string,
  timeoutMs: number,
) => Promise<Finished>;

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Runs a command as a child process. It has answered when its output ends, or when the time is up or
 * it has printed too much; then it is killed, and nothing it started is waited for.
 */
export const runProcess: RunCommand = ([file = '', ...args], input, timeoutMs) =>
  new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'pipe' });
    const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let left = OUTPUT_BYTES_MAX;
    const text = (name: keyof typeof printed) => Buffer.concat(printed[name]).toString('utf8');
    const end = (outcome: Partial<Finished>): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      resolve({ stdout: text('stdout'), stderr: text('stderr'), timedOut: false, ...outcome });
    };
    const timer = setTimeout(() => end({ timedOut: true }), timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (part: Buffer) => {
        left -= part.length;
        if (left < 0) end({ stderr: `it printed more than ${OUTPUT_BYTES_MAX} bytes` });
        else printed[name].push(part);
      });
    }
    child.on('error', ({ message }) => end({ stderr: message }));
    child.on('close', (code) => end(code === null ? {} : { code }));
    // A command that does not read its input closes the pipe; what it answers then is its answer.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
