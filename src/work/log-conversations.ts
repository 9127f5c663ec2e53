import { hashOf, isJsonObject, type Json, limits } from '../base/index.ts';
import type { BlobRef, Database, Log } from '../fact/index.ts';
import {
  budgetTokensDefault,
  type ConversationName,
  type Conversations,
  type Turn,
  turnTokens,
} from './conversation.ts';
import { WorkError } from './error.ts';
import { requireVerified } from './principal.ts';

const CONVERSATION = {
  /** On the conversation: its newest exchange. */
  newest: 'work/newest',
  /** On an exchange: the one before, and what was said (text, or the hash of a blob). */
  exchange: 'work/exchange',
} as const;

/** Conversations as facts: a chain of exchanges, read from its newest end. */
export function logConversations(log: Log): Conversations {
  const textOf = async (value: Json | undefined): Promise<string> => {
    if (!isJsonObject(value)) return typeof value === 'string' ? value : '';
    const bytes = await log.blobs.get(String(value['blob']));
    return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
  };

  const turnsOf = async (value: Json): Promise<readonly Turn[]> => {
    const { run = '', at = 0, user, assistant } = isJsonObject(value) ? value : {};
    const of = { at: Number(at), run: String(run) };
    return [
      { ...of, role: 'user', text: await textOf(user) },
      { ...of, role: 'assistant', text: await textOf(assistant) },
    ];
  };

  return {
    load: async (name, budgetTokens = budgetTokensDefault) => {
      requireVerified(name.principal);
      const database = await log.at();
      const turns: Turn[] = [];
      let left = budgetTokens;
      for await (const exchange of exchangesOf(database, entityOf(name))) {
        for (const turn of (await turnsOf(exchange)).toReversed()) {
          left -= turnTokens(turn);
          if (left < 0) return turns.toReversed();
          turns.push(turn);
        }
      }
      return turns.toReversed();
    },

    append: async (name, { run, user, assistant }) => {
      requireVerified(name.principal);
      const e = entityOf(name);
      const entity = `exchange:${hashOf([e, run])}`;
      const texts = [await stored(user, log), await stored(assistant, log)] as const;
      for (;;) {
        const database = await log.at();
        if ((await database.get(entity, CONVERSATION.exchange)) !== undefined) return false;
        const before = await database.get(e, CONVERSATION.newest);
        const v = {
          run,
          at: log.clock.now(),
          user: texts[0].value,
          assistant: texts[1].value,
          ...(before === undefined ? {} : { before }),
        };
        const a = CONVERSATION.newest;
        const written = await log.transact(
          [
            { e: entity, a: CONVERSATION.exchange, v },
            { e, a, v: entity },
          ],
          {
            if: [before === undefined ? { e, a, absent: true } : { e, a, is: before }],
            blobs: texts.flatMap(({ blobs }) => blobs),
            why: { run },
          },
        );
        if (written.ok) return true;
      }
    },
  };
}

async function* exchangesOf(database: Database, conversation: string): AsyncIterable<Json> {
  let next = await database.get(conversation, CONVERSATION.newest);
  while (typeof next === 'string') {
    const exchange = await database.get(next, CONVERSATION.exchange);
    if (exchange === undefined) return;
    yield exchange;
    next = isJsonObject(exchange) ? exchange['before'] : undefined;
  }
}

/** A text as a fact can hold it; both turns of an exchange share one value. */
async function stored(text: string, log: Log) {
  const isShort = Buffer.byteLength(JSON.stringify(text)) < limits.inlineValueBytesMax / 3;
  if (isShort) return { value: text, blobs: [] };
  const blob: BlobRef = await log.blobs.put(text, 'git');
  return { value: { blob: blob.hash }, blobs: [blob] };
}

function entityOf({ agent, principal, id }: ConversationName): string {
  if (id !== '' && id.isWellFormed() && principal.identifier.isWellFormed()) {
    return `conversation:${hashOf([agent, principal.identifier, id])}`;
  }
  throw new WorkError({
    code: 'work/bad-conversation',
    kind: 'usage',
    message: 'a conversation is named by text that is not empty',
    hint: 'give it an id, such as support-42',
  });
}
