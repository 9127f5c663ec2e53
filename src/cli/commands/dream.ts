import {
  applyDream,
  type DreamReview,
  discardDream,
  dream,
  printDiff,
  readDream,
  readDreams,
  reviewDream,
} from '../../agent/index.ts';
import type { JsonObject } from '../../base/index.ts';
import type { DreamManifest } from '../../folder/index.ts';
import type { Home } from '../../home/index.ts';
import { defineCommand, type Invocation, type OptionValue, type Report } from '../command.ts';
import { readCount } from '../count.ts';
import { usageError } from '../error.ts';
import { given, givenText } from '../given.ts';
import { table } from '../panel.ts';
import { readHome, writeHome } from '../session.ts';

/** `datum dream` */
export const command = defineCommand({
  summary: 'Look through a memory and stage what should change',
  about:
    'Has a model look for duplicates, contradictions and themes, and stages a changed memory under ' +
    'dreams/. The memory itself changes only with --apply, all at once; what was changed since the ' +
    'dream stays as it is.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [
    { flags: '--list', about: 'every dream' },
    { flags: '--status [id]', about: 'how a dream stands; the newest when none is named' },
    { flags: '--review [id]', about: 'what applying it would change, as a diff' },
    { flags: '--apply [id]', about: 'take it over into the memory' },
    { flags: '--discard [id]', about: 'remove a dream that was not applied' },
    { flags: '--instructions <text>', about: 'what to look for' },
    { flags: '--journal-lookback <days>', about: '30 when absent' },
    { flags: '--log-lookback <days>', about: '30 when absent' },
    { flags: '--model <id>', about: 'this model instead of the default of model.md' },
    { flags: '--critical', about: 'go past the caps; recorded' },
  ],
  examples: [
    'datum dream harbor --instructions "shelf marks"',
    'datum dream harbor --review',
    'datum dream harbor --apply drm_2026-06-05T163000_4be19c',
  ],
  run: (invocation) => {
    const { options } = invocation;
    const asked = ACTIONS.filter((name) => options[name] !== undefined);
    const [action, second] = asked;
    if (second !== undefined) {
      throw usageError(`--${action} and --${second} together`, 'ask for one of them at a time');
    }
    if (action === undefined) return writeHome(invocation, (home) => begin(home, invocation));
    const id = givenText(options[action]);
    const open = action === 'apply' || action === 'discard' ? writeHome : readHome;
    return open(invocation, async (home) =>
      DOES[action](home, { agent: await home.agent(invocation.args[0] ?? '').called(), id }),
    );
  },
});

const ACTIONS = ['list', 'status', 'review', 'apply', 'discard'] as const;
type Action = (typeof ACTIONS)[number];

interface Chosen {
  readonly agent: string;
  readonly id: string | undefined;
}

const DOES: Readonly<Record<Action, (home: Home, chosen: Chosen) => Promise<Report>>> = {
  list: async (home, { agent }) => {
    const dreams = await readDreams(await home.agent(agent).snapshot());
    const rows = dreams.map(({ manifest }) => [
      manifest.id,
      stateOf(manifest),
      `${manifest.changes.length} changes`,
      `${manifest.costUsd.toFixed(6)} USD`,
    ]);
    return {
      data: dreams.map(({ manifest }) => dataOf(manifest)),
      text: rows.length === 0 ? 'no dreams' : table(rows),
    };
  },
  status: async (home, { agent, id }) => {
    const { manifest } = await readDream(await home.agent(agent).snapshot(), id);
    return { data: dataOf(manifest), text: statusText(manifest) };
  },
  review: async (home, { agent, id }) => {
    const snapshot = await home.agent(agent).snapshot();
    const review = await reviewDream(snapshot, await readDream(snapshot, id));
    const diffs = diffsOf(review);
    return {
      data: { ...dataOf(review.manifest), diffs, leftOut: leftOutOf(review) },
      text: [
        review.report.trim() === '' ? statusText(review.manifest) : review.report.trimEnd(),
        ...leftOutOf(review).map(({ files, why }) => `left out: ${files.join(', ')}: ${why}`),
        ...diffs.map(({ file, diff }) => `--- ${file}\n+++ ${file}\n${diff}`),
        ...(diffs.length === 0 ? ['nothing would change'] : []),
      ].join('\n\n'),
    };
  },
  apply: async (home, { agent, id }) => {
    const world = await home.agent(agent).world();
    const write = { by: home.by, why: { source: 'dream apply' } };
    const chosen = { agent, write, ...(id === undefined ? {} : { id }) };
    const { manifest, review, overtaken } = await applyDream(world, chosen);
    await home.commit(`dream: ${manifest.id} applied`);
    const names = review.files.map(({ file }) => file);
    return {
      data: { ...dataOf(manifest), files: names, leftOut: leftOutOf(review) },
      text: [
        names.length === 0 ? 'nothing to change' : `changed ${names.join(', ')}`,
        ...leftOutOf(review).map(({ files, why }) => `left out: ${files.join(', ')}: ${why}`),
        ...(manifest.archivedPath === null ? [] : [`as it was: ${manifest.archivedPath}/`]),
        ...(overtaken === undefined ? [] : [`${overtaken} was changed meanwhile and stays so`]),
      ].join('\n'),
    };
  },
  discard: async (home, { agent, id }) => {
    const world = await home.agent(agent).world();
    const write = { by: home.by, why: { source: 'dream discard' } };
    const chosen = { agent, write, ...(id === undefined ? {} : { id }) };
    const discarded = await discardDream(world, chosen);
    await home.commit(`dream: ${discarded} discarded`);
    return { data: { discarded }, text: `${discarded} is discarded; the log still holds it` };
  },
};

async function begin(home: Home, { args, options, terminal, world }: Invocation): Promise<Report> {
  const agent = await home.agent(args[0] ?? '').called();
  const own = await home.agent(agent).world();
  try {
    const manifest = await dream(own, {
      agent,
      ...given('instructions', options['instructions']),
      ...given('model', options['model']),
      ...days('journalLookback', '--journal-lookback', options['journalLookback']),
      ...days('logLookback', '--log-lookback', options['logLookback']),
      ...(options['critical'] === true ? { critical: true } : {}),
      write: { by: home.by, why: { source: 'dream' } },
      signal: world.signal,
      onStep: terminal.progress,
    });
    const next = `look at it with: datum dream ${agent} --review`;
    return { data: dataOf(manifest), text: `${statusText(manifest)}\n${next}` };
  } finally {
    await home.commit(`dream: ${agent}`);
  }
}

const days = <Key extends string>(key: Key, option: string, value: OptionValue) =>
  (value === undefined ? {} : { [key]: readCount(option, value) }) as {
    readonly [K in Key]?: number;
  };

const stateOf = ({ status, appliedAt }: DreamManifest): string =>
  appliedAt === null ? status : 'applied';

const statusText = (manifest: DreamManifest): string =>
  [
    `${manifest.id}  ${stateOf(manifest)}  ${manifest.model}  ${manifest.costUsd.toFixed(6)} USD`,
    ...manifest.changes.map(({ kind, files, reason }) => `${kind}  ${files.join(', ')}: ${reason}`),
    ...(manifest.changes.length === 0 ? ['nothing to change'] : []),
    ...(manifest.error === null ? [] : [manifest.error]),
  ].join('\n');

const dataOf = (manifest: DreamManifest): JsonObject => ({
  ...manifest,
  changes: manifest.changes.map((change) => ({ ...change })),
});

const leftOutOf = ({ leftOut }: DreamReview) =>
  leftOut.map(({ change, why }) => ({ files: change.files, why }));

function diffsOf({ files, index }: DreamReview) {
  const notes = files.map(({ file, before, text: after }) => ({
    file: `memory/${file}`,
    diff: printDiff(before?.text ?? '', after),
  }));
  const diff = printDiff(index.before ?? '', index.after);
  return [...notes, ...(diff === '' ? [] : [{ file: 'memory/INDEX.md', diff }])];
}
