import { DatumError, type Json } from '../../base/index.ts';
import { inParallel, perform } from '../../effect/index.ts';
import type { ToolCall, ToolResult } from '../../model/index.ts';
import { explainForModel, printIssue, type SpecIssue } from '../../spec/index.ts';
import { CAPTURE_TOOL, type Capture, captureSpec } from '../capture/capture.ts';
import { recordingStopped } from '../recording-stopped.ts';
import type { RunOptions } from '../run-options.ts';
import type { LoadedRun } from '../stage/load.ts';
import { toolOperations } from './operations.ts';
import type { ToolRegistry } from './registry.ts';
import type { Tool } from './tool.ts';

/** The answers to the tool calls of one turn, in the order they were asked. */
export interface ToolAnswers {
  readonly results: readonly ToolResult[];
  readonly captures: readonly Capture[];
  /** True when nothing but captures was asked for, and all of them were right. */
  readonly onlyCaptures: boolean;
}

interface Asked {
  readonly calls: readonly ToolCall[];
  readonly registry: ToolRegistry;
  readonly options: RunOptions;
}

/** What of a tool's output a model gets to see. */
const OUTPUT_LENGTH_MAX = 100_000;

/** Answers every tool call: neighbouring reads side by side, everything else one after another. */
export async function answerToolCalls(
  run: LoadedRun,
  { calls, registry, options }: Asked,
): Promise<ToolAnswers> {
  const captures: Capture[] = [];
  const results: ToolResult[] = [];
  let onlyCaptures = calls.length > 0;
  for (const group of groupsOf(calls, registry)) {
    const [head] = group;
    if (head?.name === CAPTURE_TOOL) {
      const checked = captureSpec.check(head.input);
      if (checked.ok) captures.push(checked.value);
      else {
        run.meter.captureFailures += 1;
        onlyCaptures = false;
      }
      results.push(checked.ok ? result(head, 'recorded') : wrong(head, checked.issues));
      continue;
    }
    onlyCaptures = false;
    const tasks = group.map((call) => () => answerCall(run, { call, registry, options }));
    results.push(
      ...(tasks.length === 1 ? [await tasks[0]?.()] : await inParallel(tasks)).flatMap((each) =>
        each === undefined ? [] : [each],
      ),
    );
  }
  return { results, captures, onlyCaptures };
}

/** The calls in their order, neighbouring valid reads together. */
function groupsOf(
  calls: readonly ToolCall[],
  registry: ToolRegistry,
): readonly (readonly ToolCall[])[] {
  const isRead = ({ name }: ToolCall): boolean => registry.get(name)?.kind === 'read';
  const groups: ToolCall[][] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    const before = last?.[0];
    if (last !== undefined && before !== undefined && isRead(before) && isRead(call)) {
      last.push(call);
    } else groups.push([call]);
  }
  return groups;
}

async function answerCall(
  run: LoadedRun,
  { call, registry, options }: { call: ToolCall; registry: ToolRegistry; options: RunOptions },
): Promise<ToolResult> {
  const tool = registry.get(call.name);
  if (tool === undefined) {
    note(run, call, { latencyMillis: 0, error: 'ToolNotRegistered' });
    const names = registry.tools.map(({ name }) => name).join(', ');
    return result(call, `no tool ${call.name}; there are ${names}`, true);
  }
  const issues = tool.check(call.input);
  if (issues.length > 0) {
    note(run, call, { latencyMillis: 0, error: 'ToolInputInvalid' });
    return wrong(call, issues);
  }
  options.onStep?.(`using ${tool.name}`);
  return performTool(run, { call, tool, input: call.input, signal: options.signal });
}

async function performTool(
  run: LoadedRun,
  {
    call,
    tool,
    input,
    signal,
  }: {
    readonly call: ToolCall;
    readonly tool: Tool;
    readonly input: Json;
    readonly signal: AbortSignal | undefined;
  },
): Promise<ToolResult> {
  try {
    const { output, latencyMillis } = await perform(
      toolOperations[tool.kind],
      { tool: tool.name, id: call.id, input },
      signal === undefined ? {} : { signal },
    );
    run.meter.latencyMillis += latencyMillis;
    note(run, call, { latencyMillis, error: null });
    return result(call, cut(output));
  } catch (error) {
    if (!(error instanceof DatumError) || recordingStopped()) throw error;
    note(run, call, { latencyMillis: 0, error: `${error.code}: ${error.message}` });
    return result(call, `[tool error] ${explainForModel(error)}`, true);
  }
}

const result = ({ id, name }: ToolCall, content: Json, error = false): ToolResult => ({
  id,
  name,
  content,
  error,
});

const wrong = (call: ToolCall, issues: readonly SpecIssue[]): ToolResult =>
  result(call, issues.map(printIssue).join('\n'), true);

function note(
  { meter }: LoadedRun,
  { id, name }: ToolCall,
  { latencyMillis, error }: { readonly latencyMillis: number; readonly error: string | null },
): void {
  meter.toolCalls.push({ tool: name, id, latencyMillis, error });
}

function cut(output: Json): Json {
  const text = typeof output === 'string' ? output : JSON.stringify(output);
  if (text.length <= OUTPUT_LENGTH_MAX) return output;
  const left = text.length - OUTPUT_LENGTH_MAX;
  return `${text.slice(0, OUTPUT_LENGTH_MAX)}\n[cut: ${left} more characters]`;
}
