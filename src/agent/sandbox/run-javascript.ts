import { Worker } from 'node:worker_threads';
import { type Json, loadOptional } from '../../base/index.ts';
import type { Timer } from '../../effect/index.ts';
import { AgentError } from '../error.ts';
import type { SandboxAnswer, SandboxTask } from './javascript-task.ts';

const MEBIBYTE = 1024 * 1024;

/** What code in the sandbox may use at most. */
export const SANDBOX_LIMITS = Object.freeze({
  timeoutMillis: 5000,
  memoryBytesMax: 64 * MEBIBYTE,
  stackBytesMax: 256 * 1024,
  outputLengthMax: 100_000,
});

/** The thread ends itself in time; one that does not is ended. */
const GRACE_MILLIS = 2000;

export interface SandboxOptions {
  readonly timer: Timer;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<typeof SANDBOX_LIMITS>;
}

/** What code came to and what it printed. */
export interface SandboxResult {
  readonly value: Json;
  /** With a line that says so when it was cut. */
  readonly output: string;
}

/**
 * Runs JavaScript in an interpreter (QuickJS as WebAssembly) in a thread of its own: it sees its
 * input and nothing of this machine. Throws `agent/sandbox-limit` when it uses too much and
 * `agent/code-failed` when it throws.
 */
export async function runJavaScript(
  { source, input }: { readonly source: string; readonly input: Json },
  { timer, signal, limits = {} }: SandboxOptions,
): Promise<SandboxResult> {
  await requirePackages();
  const task: SandboxTask = { source, input: JSON.stringify(input), ...SANDBOX_LIMITS, ...limits };
  const answer = await inThread(task, { timer, signal });
  if (answer === undefined || answer.timedOut) throw overLimit('ran too long', task);
  const output = answer.cut ? `${answer.output}\n[cut: it printed more]` : answer.output;
  if (answer.error !== undefined) throw failure(answer.error, output, task);
  return { value: JSON.parse(answer.value ?? 'null') as Json, output };
}

/** The packages of the interpreter may be absent. */
async function requirePackages(): Promise<void> {
  const load = (name: string, fn: () => Promise<unknown>) =>
    loadOptional({ name, load: fn, room: 'agent', error: AgentError });
  await load('quickjs-emscripten-core', () => import('quickjs-emscripten-core'));
  await load(
    '@jitl/quickjs-wasmfile-release-sync',
    () => import('@jitl/quickjs-wasmfile-release-sync'),
  );
}

/** The source runs as it stands, a build has `.js` beside it. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? './javascript-thread.ts' : './javascript-thread.js',
  import.meta.url,
);

/** The answer of a thread; `undefined` when it had to be ended. */
async function inThread(
  task: SandboxTask,
  { timer, signal }: SandboxOptions,
): Promise<SandboxAnswer | undefined> {
  signal?.throwIfAborted();
  const worker = new Worker(threadFile, {
    workerData: task,
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 8 },
  });
  const done = new AbortController();
  const both = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  try {
    const answered = new Promise<SandboxAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      both.addEventListener('abort', () => reject(both.reason), { once: true });
    });
    const over = timer.sleep(task.timeoutMillis + GRACE_MILLIS, both).then(() => undefined);
    return await Promise.race([answered, over]);
  } catch (cause) {
    signal?.throwIfAborted();
    throw overLimit('needed more than the sandbox gives', task, cause);
  } finally {
    done.abort();
    await worker.terminate();
  }
}

const overLimit = (how: string, task: SandboxTask, cause?: unknown): AgentError =>
  new AgentError({
    code: 'agent/sandbox-limit',
    message: `the code ${how}: at most ${task.timeoutMillis} ms and ${task.memoryBytesMax / MEBIBYTE} MiB`,
    hint: 'compute it in fewer steps, or in parts',
    cause,
  });

function failure(error: string, output: string, task: SandboxTask): AgentError {
  if (/out of memory/i.test(error)) return overLimit('ran out of memory', task);
  const printed = output === '' ? '' : `; it printed: ${output.slice(-1000)}`;
  return new AgentError({
    code: 'agent/code-failed',
    message: `the code failed with ${error}${printed}`,
    hint: 'correct the code; it has its input and the language, no files and no network',
  });
}
