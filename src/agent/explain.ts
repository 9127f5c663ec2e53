import { isJsonObject, type JsonObject } from '../base/index.ts';
import { stepsOf } from '../effect/index.ts';
import type { Database, Log, TransactionId } from '../fact/index.ts';
import { entryText } from '../folder/index.ts';
import { roundUsd } from '../model/index.ts';
import { localPrincipal } from '../work/index.ts';
import { AgentError } from './error.ts';
import { storedRequest } from './stage/identify.ts';
import { toldDecisions } from './story/decisions.ts';
import { readFrom } from './story/read-from.ts';
import type { RunStory, ToldStep } from './story/story.ts';
import { tellStep } from './story/tell-step.ts';
import { writtenBy } from './story/written.ts';

/** Tells a run from its facts. Throws `agent/unknown-run`. */
export async function explainRun(log: Log, run: string): Promise<RunStory> {
  const now = await log.at();
  const stored = await storedRequest(log, run);
  const lines = await linesOf(log, now, run);
  const first = lines.find(({ primitive }) => primitive === 'agent_call') ?? lines[0];
  if (stored === undefined && first === undefined) throw unknownRun(run);
  const asked = isJsonObject(stored?.['request']) ? stored['request'] : {};
  const agent = String(asked['agent'] ?? first?.['agent_name'] ?? '');
  const began = stored?.['started'];
  const database = stored === undefined ? undefined : await databaseOf(log, stored);
  const steps: ToldStep[] = [];
  for await (const step of stepsOf(now, run)) {
    if (step.lanes === undefined) steps.push(await tellStep(log, step, database ?? now));
  }
  return {
    run,
    agent,
    workItem: String(asked['workItem'] ?? first?.['summary'] ?? ''),
    trigger: String(asked['trigger'] ?? first?.['trigger'] ?? 'manual'),
    principal: principalIn(asked),
    ...(typeof began === 'number' ? { began } : {}),
    ...(database === undefined ? {} : { read: await readFrom(log, agent, database) }),
    steps,
    decisions: await toldDecisions(log, now, run),
    wrote: await writtenBy(log, run, { after: database?.known, lines: lines.length }),
    lines,
    costUsd: roundUsd(lines.reduce((usd, line) => usd + costIn(line), 0)),
  };
}

const databaseOf = (log: Log, { known, valid }: JsonObject): Promise<Database> =>
  log.at({
    ...(typeof known === 'string' ? { known: known as TransactionId } : {}),
    valid: Number(valid),
  });

async function linesOf(log: Log, now: Database, run: string): Promise<readonly JsonObject[]> {
  const lines: JsonObject[] = [];
  for (let number = 1; ; number += 1) {
    const entity = number === 1 ? `run:${run}` : `run:${run}#${number}`;
    const text = await entryText(now, entity, log.blobs);
    if (text === undefined) return lines;
    const line = lineIn(text);
    if (line !== undefined) lines.push(line);
  }
}

/** A damaged line tells nothing of its run, and stops nobody. */
function lineIn(text: string): JsonObject | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isJsonObject(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

const costIn = ({ cost_usd: usd }: JsonObject): number => (typeof usd === 'number' ? usd : 0);

function principalIn(asked: JsonObject): string {
  const principal = isJsonObject(asked['principal']) ? asked['principal'] : {};
  return String(principal['identifier'] ?? localPrincipal.identifier);
}

const unknownRun = (run: string): AgentError =>
  new AgentError({
    code: 'agent/unknown-run',
    kind: 'usage',
    message: `nothing is known of a run ${run}`,
    hint: 'list runs with: datum runs',
    data: { run },
  });
