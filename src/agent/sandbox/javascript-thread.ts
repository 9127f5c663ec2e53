import { parentPort, workerData } from 'node:worker_threads';
import type { QuickJSContext, QuickJSHandle, QuickJSSyncVariant } from 'quickjs-emscripten-core';
import type { SandboxAnswer, SandboxTask } from './javascript-task.ts';

/** Runs one piece of code in QuickJS: no file, no network, no clock of its own but the interpreter's. */
async function carryOut(task: SandboxTask): Promise<SandboxAnswer> {
  const { newQuickJSWASMModuleFromVariant } = await import('quickjs-emscripten-core');
  const { default: variant } = await import('@jitl/quickjs-wasmfile-release-sync');
  // Its types describe its CommonJS form.
  const engine = await newQuickJSWASMModuleFromVariant(variant as unknown as QuickJSSyncVariant);
  const runtime = engine.newRuntime();
  runtime.setMemoryLimit(task.memoryBytesMax);
  runtime.setMaxStackSize(task.stackBytesMax);
  const over = performance.now() + task.timeoutMillis;
  let timedOut = false;
  runtime.setInterruptHandler(() => {
    timedOut ||= performance.now() > over;
    return timedOut;
  });
  const context = runtime.newContext();
  const output = printed(context, task.outputLengthMax);
  const answer = evaluate(context, task);
  return { ...answer, ...output(), timedOut };
}

type Value = Pick<SandboxAnswer, 'value' | 'error'>;

function evaluate(context: QuickJSContext, { source, input }: SandboxTask): Value {
  // Taken before the code runs, which may put something else in its place.
  const stringify = context.unwrapResult(
    context.evalCode('((stringify) => (value) => stringify(value))(JSON.stringify)'),
  );
  const given = context.unwrapResult(context.evalCode(`(${input})`));
  context.setProp(context.global, 'input', given);
  const result = context.evalCode(source, 'code.js');
  if (result.error !== undefined) return { error: errorText(context, result.error) };
  const settled = settle(context, result.value);
  if ('error' in settled) return settled;
  const text = context.callFunction(stringify, context.undefined, settled.handle);
  if (text.error !== undefined) return { error: errorText(context, text.error) };
  const json: unknown = context.dump(text.value);
  return { value: typeof json === 'string' ? json : 'null' };
}

/** What a promise comes to, when the code is one. */
function settle(
  context: QuickJSContext,
  handle: QuickJSHandle,
): { readonly handle: QuickJSHandle } | { readonly error: string } {
  const jobs = context.runtime.executePendingJobs();
  if (jobs.error !== undefined) return { error: errorText(context, jobs.error) };
  const state = context.getPromiseState(handle);
  if (state.type === 'fulfilled') return { handle: state.value };
  if (state.type === 'rejected') return { error: errorText(context, state.error) };
  return { error: 'it waits for something that never comes' };
}

function errorText(context: QuickJSContext, error: QuickJSHandle): string {
  const dumped: unknown = context.dump(error);
  if (typeof dumped !== 'object' || dumped === null) return String(dumped);
  const { name, message } = dumped as { readonly name?: unknown; readonly message?: unknown };
  return `${String(name ?? 'Error')}: ${String(message ?? '')}`;
}

/** Gives the code a `console.log`; answers what it printed, cut at a length. */
function printed(
  context: QuickJSContext,
  lengthMax: number,
): () => Pick<SandboxAnswer, 'output' | 'cut'> {
  let output = '';
  let cut = false;
  const log = context.newFunction('log', (...values) => {
    const line = values.map((value) => shown(context.dump(value))).join(' ');
    const room = lengthMax - output.length;
    if (line.length + 1 > room) cut = true;
    output += `${line}\n`.slice(0, Math.max(0, room));
  });
  const object = context.newObject();
  for (const name of ['log', 'info', 'warn', 'error']) context.setProp(object, name, log);
  context.setProp(context.global, 'console', object);
  return () => ({ output, cut });
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));

parentPort?.postMessage(await carryOut(workerData as SandboxTask));
