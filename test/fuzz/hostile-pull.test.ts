import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TestMachine, testMachine } from '../machine.ts';
import { type Harm, harm, harms } from './hostile-tree.ts';

/** `DATUM_FUZZ_RUNS=500 DATUM_FUZZ_SEED=7 npx vitest run test/fuzz/hostile-pull.test.ts` for more. */
const numRuns = Number(process.env['DATUM_FUZZ_RUNS'] ?? 3);
const seed = Number(process.env['DATUM_FUZZ_SEED'] ?? 1);

const git = (machine: TestMachine, root: string, ...args: string[]): string =>
  machine.git(['-c', 'user.name=e', '-c', 'user.email=e@e', ...args], { in: root });

/** Ada's home with work of her own, and a clone of it that Eve has changed as she likes. */
async function pulled(list: readonly Harm[]) {
  const ada = testMachine();
  const root = ada.path('a');
  const at = { in: root };
  await ada.ask(['boot', 'a']);
  await ada.ask(['fact', 'assert', 'attr:policy/cap', 'attribute/guarded', 'true'], at);
  await ada.ask(['fact', 'assert', 'room:mine', 'policy/cap', '5'], at);
  await ada.ask(['handoff', '--note', 'before'], at);
  const eve = ada.other();
  const evil = eve.path('e');
  eve.git(['clone', '--quiet', 'a', 'e']);
  await eve.run(['fact', 'assert', 'room:mine', 'policy/cap', '5000'], { in: evil });
  await eve.run(['fact', 'assert', 'room:theirs', 'room/seats', '1'], { in: evil });
  const [victim, marker] = [ada.path('victim/file'), ada.path('ran')];
  ada.git(['init', '--quiet', dirname(victim)]);
  writeFileSync(victim, 'untouched\n');
  harm({ root: evil, victim, marker }, list);
  const isForced = list.some(({ kind }) => kind === 'local');
  git(eve, evil, 'add', '--all', ...(isForced ? ['--force'] : []));
  git(eve, evil, 'commit', '--quiet', '--no-gpg-sign', '--allow-empty', '-m', 'evil');
  // What only Ada has: a fact, an edit not committed yet, a file nobody follows.
  await ada.ask(['fact', 'assert', 'room:mine', 'room/seats', '24'], at);
  appendFileSync(ada.path('a/wiki/README.md'), 'mine alone\n');
  writeFileSync(ada.path('a/private.bin'), 'private');
  ada.git(['remote', 'add', 'origin', evil], at);
  return { ada, at, root, victim, marker };
}

const COMMANDS = [
  ['pull'],
  ['status'],
  ['trust'],
  ['verify'],
  ['run', 'datum', 'is 997 prime?'],
  ['boot'],
  ['accept'],
  ['show', 'room:mine'],
  ['search', 'mine'],
  ['pull'],
  ['handoff', '--note', 'after'],
];

/** What a person does when told: goes back out of a merge, and puts back settings that cannot be read. */
function mend(ada: TestMachine, at: { readonly in: string }, settings: string): void {
  // Abort refuses where the other side tracks files that git here ignores, such as an index of its own.
  if (existsSync(`${at.in}/.git/MERGE_HEAD`)) ada.git(['reset', '--quiet', '--hard'], at);
  rmSync(`${at.in}/datum.toml`, { force: true, recursive: true });
  writeFileSync(`${at.in}/datum.toml`, settings);
}

async function check(list: readonly Harm[]): Promise<void> {
  const { ada, at, root, victim, marker } = await pulled(list);
  const own = readFileSync(`${root}/datum.toml`, 'utf8');
  const codes: (readonly [string, number])[] = [];
  for (const args of COMMANDS) {
    const { code, out, err } = await ada.run([...args, '--format', 'json'], at);
    const said = out + err;
    codes.push([args[0] ?? '', code]);
    expect(said, args.join(' ')).not.toMatch(/a fault in datum itself|^\s+at .+:\d+:\d+\)?$/m);
    expect([0, 1, 2, 3, 4, 5], args.join(' ')).toContain(code);
    if (code !== 0 && out === '')
      expect(JSON.parse(err), args.join(' ')).toHaveProperty('error.hint');
    expect(existsSync(marker), args.join(' ')).toBe(false);
  }
  // Nothing outside was written, nothing of her own is lost.
  expect(readFileSync(victim, 'utf8')).toBe('untouched\n');
  expect(readFileSync(`${root}/private.bin`, 'utf8')).toBe('private');
  const revisions = ada.git(['rev-list', '--all', '--reflog'], at).trim().split('\n');
  const kept = revisions.map((revision) => {
    const listed = ada.git(['ls-tree', revision, 'wiki/README.md'], at).split(/\s/)[2] ?? '';
    return listed === '' ? '' : ada.git(['cat-file', '-p', listed], at);
  });
  expect(kept.some((text) => text.includes('mine alone'))).toBe(true);
  // What stands as whole holds her facts, and none of Eve's where guards decide.
  mend(ada, at, own);
  const shown = await ada.run(['show', 'room:mine', '--format', 'json'], at);
  if (shown.code === 0) {
    const { values } = JSON.parse(shown.out);
    expect(values).toMatchObject({ 'policy/cap': 5, 'room/seats': 24 });
  } else {
    expect([3, 5], shown.err).toContain(shown.code);
    expect((await ada.run(['verify'], at)).code, shown.err).toBe(5);
  }
  const trusted = await ada.run(['trust', 'writers', '--format', 'json'], at);
  if (trusted.code === 0) {
    const trusts = JSON.parse(trusted.out).map(({ trust }: { trust: string }) => trust);
    expect(trusts.filter((trust: string) => trust !== 'unknown')).toEqual(['own']);
  }
}

test('whatever a clone holds, a pull runs nothing, believes nothing and loses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(harms, async (list) => check(list)),
    { seed, numRuns, endOnFailure: process.env['DATUM_FUZZ_RUNS'] === undefined },
  );
}, 3_600_000);
