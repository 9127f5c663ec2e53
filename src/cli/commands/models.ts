import { modelWarnings } from '../../agent/index.ts';
import { DatumError, systemClock } from '../../base/index.ts';
import {
  keysOf,
  knownPrices,
  type PriceEntry,
  priceFacts,
  startingPrices,
  type Usable,
  usableProviders,
} from '../../model/index.ts';
import { defineCommand, type Invocation, type Report } from '../command.ts';
import { usageError } from '../error.ts';
import { readTime, showTime } from '../instant.ts';
import { table } from '../panel.ts';
import { readHome, writeHome } from '../session.ts';

/** `datum models` */
export const command = defineCommand({
  summary: 'What is usable here, and what it costs',
  about:
    'Lists the providers, whether each can be used from here and why not, and the prices in USD per ' +
    'million tokens. Asks nobody but Ollama on this machine. With "price", states a price: runs ' +
    'before its time keep the one they had.',
  arguments: [
    { name: '[action]', about: '"price" to state one' },
    { name: '[model]', about: 'the id, as in model.md' },
    { name: '[input]', about: 'USD per million input tokens' },
    { name: '[output]', about: 'USD per million output tokens' },
  ],
  options: [
    { flags: '--from <time>', about: 'since when the price holds (default: now)' },
    { flags: '--source <text>', about: 'where it was read' },
  ],
  examples: ['datum models', 'datum models price claude-sonnet-4-6 3 15 --from 2026-01-01'],
  run: async (invocation) => {
    const [action] = invocation.args;
    if (action === undefined) return list(invocation);
    if (action === 'price') return statePrice(invocation);
    throw usageError(`datum models knows no ${action}`, 'leave it out, or: datum models price');
  },
});

async function list(invocation: Invocation): Promise<Report> {
  const { env } = invocation.world;
  const keys = keysOf(invocation.world);
  const usable = await usableProviders({ env, keys, fetch: globalThis.fetch, timer: systemClock });
  const prices = await pricesHere(invocation);
  return {
    data: { providers: usable.map((each) => ({ ...each })), prices: prices.map(priceJson) },
    text: [
      table(usable.map(providerRow)),
      '',
      table([
        ['USD per million tokens', 'input', 'output', 'source'],
        ...prices.map(({ model, input, output, source }) => [
          model,
          String(input),
          String(output),
          source,
        ]),
      ]),
    ].join('\n'),
  };
}

/** The prices of the home, with a word on what its model.md files say in vain; else those every home starts with. */
async function pricesHere(invocation: Invocation): Promise<readonly PriceEntry[]> {
  try {
    return await readHome(invocation, async ({ log }) => {
      for (const line of await modelWarnings(log)) invocation.terminal.note(line);
      return knownPrices(await log.at());
    });
  } catch (error) {
    const isNoHome = error instanceof DatumError && error.code === 'home/not-found';
    if (!isNoHome || invocation.global.home !== undefined) throw error;
    return startingPrices;
  }
}

const providerRow = ({ provider, usable, reason, models }: Usable): readonly string[] => [
  usable ? 'usable' : '-',
  provider,
  models.length === 0 ? reason : `${reason}: ${models.join(', ')}`,
];

const priceJson = ({ model, input, output, source }: PriceEntry) => ({
  model,
  input,
  output,
  source,
});

async function statePrice(invocation: Invocation): Promise<Report> {
  const { args, options, world } = invocation;
  const [, model = '', input, output] = args;
  if (!/^[\w./:@-]+$/.test(model)) {
    throw usageError('a model is missing', 'write: datum models price <model> <input> <output>');
  }
  const entry = {
    model,
    input: readUsd('input', input),
    output: readUsd('output', output),
    from:
      typeof options['from'] === 'string' ? readTime('--from', options['from']) : world.clock.now(),
  };
  return writeHome(invocation, async (home) => {
    const source = typeof options['source'] === 'string' ? options['source'] : home.by;
    const result = await home.log.transact(priceFacts({ ...entry, source }), { by: home.by });
    if (result.ok && result.written) await home.commit(`models: price of ${model}`);
    const from = showTime(entry.from);
    return {
      data: { ...priceJson({ ...entry, source }), from },
      text: `${model} costs ${entry.input} in and ${entry.output} out from ${from}`,
    };
  });
}

function readUsd(what: string, text: string | undefined): number {
  const usd = Number(text ?? Number.NaN);
  if (text?.trim() && Number.isFinite(usd) && usd >= 0) return usd;
  throw usageError(
    `${text ?? 'nothing'} is no price for ${what}`,
    'write USD per million tokens, such as 3 or 0.25',
  );
}
