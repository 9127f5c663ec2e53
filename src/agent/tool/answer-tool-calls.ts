import { DatumError, type Json } from '../../base/index.ts';
import { inParallel, perform } from '../../effect/index.ts';
import type { ToolCall, ToolResult } from '../../model/index.ts';
import { explainForModel, printIssue, type SpecIssue } from '../../spec/index.ts';
import { CAPTURE_TOOL, type Capture, captureSpec } from '../capture/capture.ts';
import { recordingStopped } from '../recording-stopped.ts';
import type { RunOptions, ToolCallRecord } from '../run-options.ts';
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

/** One answer, and what the run's record says of it: in the order of the calls, whatever ended first. */
interface Answered {
  readonly result: ToolResult;
  readonly record: ToolCallRecord;
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
    const tasks = group.map((call) => () => answerCall({ call, registry, options }));
    const [only] = tasks;
    const answered =
      tasks.length === 1 && only !== undefined ? [await only()] : await inParallel(tasks);
    for (const { result: each, record } of answered) {
      results.push(each);
      run.meter.toolCalls.push(record);
      run.meter.latencyMillis += record.latencyMillis;
    }
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

async function answerCall({
  call,
  registry,
  options,
}: {
  readonly call: ToolCall;
  readonly registry: ToolRegistry;
  readonly options: RunOptions;
}): Promise<Answered> {
  const tool = registry.get(call.name);
  if (tool === undefined) {
    return failed(result(call, missing(call.name, registry), true), 'ToolNotRegistered');
  }
  const issues = tool.check(call.input);
  if (issues.length > 0) {
    return failed(wrong(call, issues), 'ToolInputInvalid');
  }
  options.onStep?.(`using ${tool.name}`);
  return performTool({ call, tool, input: call.input, signal: options.signal });
}

function missing(name: string, { tools, leftOut }: ToolRegistry): string {
  const left = leftOut.find((each) => each.name === name);
  if (left !== undefined) return `the tool ${name} is not available here: ${left.reason}`;
  return `no tool ${name}; there are ${tools.map((tool) => tool.name).join(', ')}`;
}

async function performTool({
  call,
  tool,
  input,
  signal,
}: {
  readonly call: ToolCall;
  readonly tool: Tool;
  readonly input: Json;
  readonly signal: AbortSignal | undefined;
}): Promise<Answered> {
  try {
    const { output, latencyMillis } = await perform(
      toolOperations[tool.kind],
      {
        tool: tool.name,
        id: call.id,
        input,
        ...(tool.resumable === true ? { resumable: true } : {}),
      },
      signal === undefined ? {} : { signal },
    );
    const record = { tool: call.name, id: call.id, latencyMillis, error: null };
    return { result: result(call, cut(output)), record };
  } catch (error) {
    if (!(error instanceof DatumError) || recordingStopped()) throw error;
    const told = result(call, `[tool error] ${explainForModel(error)}`, true);
    return failed(told, `${error.code}: ${error.message}`);
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

const failed = (told: ToolResult, error: string): Answered => ({
  result: told,
  record: { tool: told.name, id: told.id, latencyMillis: 0, error },
});

function cut(output: Json): Json {
  const text = typeof output === 'string' ? output : JSON.stringify(output);
  if (text.length <= OUTPUT_LENGTH_MAX) return output;
  const left = text.length - OUTPUT_LENGTH_MAX;
  return `${text.slice(0, OUTPUT_LENGTH_MAX)}\n[cut: ${left} more characters]`;
}
