import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { argsOf, type RecordedStep, resultOf } from '../../effect/index.ts';
import type { Database, Log } from '../../fact/index.ts';
import { askedModel, type ModelAnswer, modelAnswer, priceTokens } from '../../model/index.ts';
import { writeMemory } from '../operations.ts';
import type { ToldStep } from './story.ts';

/** Tells a step from its record; `prices` is what the run read from. */
export async function tellStep(log: Log, step: RecordedStep, prices: Database): Promise<ToldStep> {
  const operation = step.call?.operation ?? '';
  const value = await outcomeOf(log, step);
  const answer = operation === 'model/generate' ? modelAnswer.safeParse(value).data : undefined;
  const millis = await millisOf(log, step);
  return {
    address: step.address,
    operation,
    what: whatOf(operation, await argsOf(step, log)),
    outcome: step.outcome === undefined ? 'unknown' : step.outcome.ok ? 'ok' : 'failed',
    result:
      value === undefined
        ? 'begun; how it ended is not known'
        : resultText(value, answer, operation),
    notes: Object.entries(step.notes)
      .filter(([name]) => name !== EXCHANGE)
      .map(([name, note]) => `${name}: ${short(note)}`),
    ...(millis === undefined ? {} : { millis }),
    ...(answer === undefined ? {} : await costOf(answer, prices)),
  };
}

/** The bytes on the wire; named by the step, told by nobody. */
const EXCHANGE = 'model/exchange';

async function costOf(answer: ModelAnswer, prices: Database) {
  const { usd } = await priceTokens(askedModel(answer), answer.tokens, prices);
  return { tokens: { ...answer.tokens }, costUsd: usd };
}

async function outcomeOf(log: Log, step: RecordedStep): Promise<Json | undefined> {
  if (step.outcome === undefined) return undefined;
  try {
    return await resultOf(step, log);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function millisOf(log: Log, { entity }: RecordedStep): Promise<number | undefined> {
  const datoms = await (await log.at()).history(entity);
  const at = (attribute: string) => datoms.findLast(({ a }) => a === attribute)?.at;
  const from = at('effect/intent');
  const to = at('effect/outcome');
  if (from === undefined || to === undefined) return undefined;
  return Math.max(0, Math.round((to - from) / 1000));
}

function whatOf(operation: string, args: Json | undefined): string {
  if (!isJsonObject(args)) return '';
  if (operation === 'model/generate') {
    const { messages } = args;
    const last: Json = Array.isArray(messages) ? (messages.at(-1) ?? '') : '';
    return `${String(args['model'])}: ${short(messageText(last))}`;
  }
  if (operation.startsWith('tool/')) return `${String(args['tool'])} ${short(args['input'] ?? '')}`;
  if (operation === writeMemory.name && isJsonObject(args['capture'])) {
    return String(args['capture']['name']);
  }
  return short(args);
}

function messageText(message: Json): Json {
  if (!isJsonObject(message)) return message;
  const { results } = message;
  if (!Array.isArray(results)) return message['text'] ?? '';
  const told = results
    .filter(isJsonObject)
    .map(({ name, content }: JsonObject) => `${String(name)} → ${short(content ?? '')}`);
  return told.join('; ');
}

function resultText(value: Json, answer: ModelAnswer | undefined, operation: string): string {
  if (operation === writeMemory.name && isJsonObject(value)) return noteText(value);
  if (answer === undefined) {
    const output = isJsonObject(value) && 'output' in value ? value['output'] : value;
    return short(output ?? '');
  }
  const calls = answer.toolCalls.map(({ name, input }) => `${name} ${short(input)}`);
  const said = answer.text === '' ? [] : [`“${short(answer.text)}”`];
  const cut = answer.finish === 'aborted' ? ['cut off here'] : [];
  return [...said, ...calls.map((call) => `wants ${call}`), ...cut].join('; ');
}

/** A note that was written, and the notes it contradicts where a person must decide. */
function noteText({ file, left }: JsonObject): string {
  const open = (Array.isArray(left) ? left : [])
    .filter(isJsonObject)
    .map(
      ({ file: other, why }) =>
        `contradicts ${String(other)}, for a person to decide: ${String(why)}`,
    );
  return [String(file), ...open].join('; ');
}

const SHOWN = 160;

function short(value: Json): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/\s+/g, ' ');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
