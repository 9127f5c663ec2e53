import { isJsonObject, type Json, type JsonObject } from '../base/index.ts';
import { argsOf, type RecordedStep, resultOf, stepsOf } from '../effect/index.ts';
import type { Log } from '../fact/index.ts';
import { AgentError } from './error.ts';
import { storedRequest } from './stage/identify.ts';

/** One step of a run, told. */
export interface ToldStep {
  readonly address: string;
  readonly operation: string;
  /** What was asked, in a line. */
  readonly what: string;
  readonly outcome: 'ok' | 'failed' | 'unknown';
  /** How it came out, in a line. */
  readonly result: string;
  /** What guards decided about it, and other notes. */
  readonly notes: readonly string[];
}

/** A run as a story: what it was asked, what it did, what was decided, what it cost. */
export interface RunStory {
  readonly run: string;
  readonly agent: string;
  readonly workItem: string;
  /** The transaction the run read from: `datum prompt <agent> --known <this>` is its prompt. */
  readonly known: string | undefined;
  readonly steps: readonly ToldStep[];
  /** Lines of the run log, oldest first. */
  readonly lines: readonly JsonObject[];
}

/** Tells a run from its facts. Throws `agent/unknown-run`. */
export async function explainRun(log: Log, run: string): Promise<RunStory> {
  const database = await log.at();
  const request = await storedRequest(log, run);
  const lines: JsonObject[] = [];
  for (let number = 1; ; number += 1) {
    const entity = number === 1 ? `run:${run}` : `run:${run}#${number}`;
    const record = await database.get(entity, 'run/record');
    if (!isJsonObject(record)) break;
    const summary = await database.get(entity, 'run/summary');
    lines.push({ ...record, ...(summary === undefined ? {} : { summary }) });
  }
  const [first] = lines;
  if (request === undefined && first === undefined) throw unknownRun(run);
  const steps: ToldStep[] = [];
  for await (const step of stepsOf(database, run)) {
    if (step.lanes === undefined) steps.push(await tellStep(log, step));
  }
  const asked = isJsonObject(request?.['request']) ? request['request'] : {};
  const known = request?.['known'];
  return {
    run,
    agent: String(asked['agent'] ?? first?.['agent_name'] ?? ''),
    workItem: String(asked['workItem'] ?? first?.['summary'] ?? ''),
    known: typeof known === 'string' ? known : undefined,
    steps,
    lines,
  };
}

async function tellStep(log: Log, step: RecordedStep): Promise<ToldStep> {
  const args = await argsOf(step, log);
  const { outcome } = step;
  const value = outcome === undefined ? undefined : await outcomeOf(log, step);
  return {
    address: step.address,
    operation: step.call?.operation ?? '',
    what: whatOf(step.call?.operation ?? '', args),
    outcome: outcome === undefined ? 'unknown' : outcome.ok ? 'ok' : 'failed',
    result: value === undefined ? 'begun; how it ended is not known' : short(value),
    notes: Object.entries(step.notes).map(([name, note]) => `${name}: ${short(note)}`),
  };
}

async function outcomeOf(log: Log, step: RecordedStep): Promise<Json | undefined> {
  try {
    return await resultOf(step, log);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function whatOf(operation: string, args: Json | undefined): string {
  if (!isJsonObject(args)) return '';
  if (operation === 'model/generate') {
    const { model, messages } = args;
    const last = Array.isArray(messages) ? messages.at(-1) : undefined;
    return `${String(model)}: ${short(last ?? '')}`;
  }
  if (operation.startsWith('tool/')) return `${String(args['tool'])} ${short(args['input'] ?? '')}`;
  return short(args);
}

const SHOWN = 160;

function short(value: Json): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/\s+/g, ' ');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

const unknownRun = (run: string): AgentError =>
  new AgentError({
    code: 'agent/unknown-run',
    kind: 'usage',
    message: `nothing is known of a run ${run}`,
    hint: 'list runs with: datum runs',
    data: { run },
  });
