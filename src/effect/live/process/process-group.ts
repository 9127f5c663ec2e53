import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';

/** A program to start. */
export interface ProgramStart {
  /** An absolute path; nothing is looked up and no shell is involved. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a program as the head of a process group of its own, so that all it starts can be ended with it. */
export function startGroup(
  { file, args, cwd, env }: ProgramStart,
  stdio: StdioOptions,
): ChildProcess {
  const options = { cwd, env: { ...env }, stdio, detached: true, windowsHide: true };
  return spawn(file, args, options);
}

/** Resolves when the head of a group has ended; what it started may go on. */
export const headEnded = (head: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (head.exitCode !== null || head.signalCode !== null) resolve();
    else head.once('exit', () => resolve());
  });

export function killGroup(head: ChildProcess): void {
  if (head.pid === undefined) return;
  try {
    if (process.platform === 'win32') head.kill('SIGKILL');
    else process.kill(-head.pid, 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}

/** Kills a group and reads no more of it: a process that left the group may still hold the outputs. */
export async function endGroup(head: ChildProcess): Promise<void> {
  killGroup(head);
  await headEnded(head);
  head.stdout?.destroy();
  head.stderr?.destroy();
}
