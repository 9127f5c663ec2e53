import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type ManualClock,
  manualClock,
  readInstant,
  systemDisk,
  systemRandom,
} from '../../src/base/index.ts';
import {
  launchdUnit,
  openHome,
  runDue,
  systemdUnit,
  type TickReport,
  trustItems,
  trustNow,
} from '../../src/home/index.ts';
import { type TestMachine, testMachine } from '../machine.ts';
import { ANTHROPIC_KEY, anthropicServer } from '../model/anthropic-wire.ts';

const SCHEDULE = `# Schedules

## primes
cron: 0 7 * * *
zone: Europe/Berlin
work: is 997 prime?
model: flux/think
`;

const at = (text: string): number => readInstant(text) ?? Number.NaN;
const FILE = 'agents/harbor/schedule.md';

interface Kept {
  readonly machine: TestMachine;
  readonly clock: ManualClock;
  readonly home: { readonly in: string; readonly clock: ManualClock };
  /** The runs the schedule made. */
  runs(): readonly Record<string, unknown>[];
}

/** A home with one agent and its schedule, an hour before the first tick; trusted unless told. */
async function kept(schedule = SCHEDULE): Promise<Kept> {
  const machine = testMachine();
  const clock = manualClock(at('2026-06-08T04:00Z'));
  const folder = machine.path('home');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), join(folder, 'agents/harbor'), {
    recursive: true,
  });
  writeFileSync(join(folder, 'datum.toml'), '[git]\ncommit = "never"\n');
  writeFileSync(join(folder, FILE), schedule);
  const home = { in: folder, clock };
  const log = join(folder, 'agents/harbor/log/2026-06');
  const runs = (): readonly Record<string, unknown>[] =>
    ['2026-06-08', '2026-06-09', '2026-06-20'].flatMap((day) => {
      const text = tryRead(join(log, `${day}.jsonl`));
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    });
  return { machine, clock, home, runs };
}

function tryRead(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function trusted(): Promise<Kept> {
  const all = await kept();
  await all.machine.ask(['trust', 'tools', FILE], all.home);
  await all.machine.ask(['cron', '--once'], all.home);
  return all;
}

test('a schedule runs when this machine trusts it and its time has come, once', async () => {
  const { machine, clock, home, runs } = await kept();
  const once = () => machine.ask(['cron', '--once'], home);
  expect(await machine.ask(['cron', '--list'], home)).toMatchObject({
    schedules: [{ agent: 'harbor', schedule: 'primes', trust: 'unknown', keeper: 'free' }],
  });
  clock.set(at('2026-06-08T06:00Z'));
  expect((await once()).ticks).toEqual([]);
  expect(await machine.ask(['trust', 'tools'], home)).toContainEqual(
    expect.objectContaining({
      path: FILE,
      trust: 'unknown',
      about: 'runs harbor at 0 7 * * * (Europe/Berlin): is 997 prime?',
    }),
  );
  await machine.ask(['trust', 'tools', FILE], home);
  expect((await once()).ticks).toEqual([]);
  expect(await machine.ask(['cron', '--list'], home)).toMatchObject({
    schedules: [{ trust: 'trusted', keeper: 'here', next: '2026-06-09T05:00:00Z' }],
  });
  clock.set(at('2026-06-09T05:00Z'));
  expect(await once()).toMatchObject({
    ticks: [{ schedule: 'primes', tick: '2026-06-09T05:00:00Z', status: 'ok', costUsd: 0 }],
  });
  expect((await once()).ticks).toEqual([]);
  expect(runs().map(({ trigger, primitive }) => [trigger, primitive])).toEqual([
    ['cron', 'agent_call'],
  ]);
});

test('what was missed while nothing ran comes once', async () => {
  const { machine, clock, home, runs } = await trusted();
  clock.set(at('2026-06-20T12:00Z'));
  expect((await machine.ask(['cron', '--once'], home)).ticks).toMatchObject([
    { tick: '2026-06-20T05:00:00Z' },
  ]);
  expect(runs()).toHaveLength(1);
});

test('a changed schedule file asks again; a damaged one is named and not run', async () => {
  const { machine, clock, home, runs } = await trusted();
  appendFileSync(join(home.in, FILE), '\n## more\ncron: * * * * *\nwork: spend\n');
  clock.set(at('2026-06-09T05:00Z'));
  const changed = await machine.run(['cron', '--once'], home);
  expect(changed).toMatchObject({ code: 0, out: 'nothing is due\n' });
  expect(changed.err).toContain(
    `harbor/more is not run: ${FILE} is changed; see datum trust tools`,
  );
  writeFileSync(join(home.in, FILE), '## primes\ncron: 61 7 * * *\nzone: Mars/X\n');
  const listed = await machine.run(['cron', '--list'], home);
  expect(listed.code).toBe(1);
  expect(listed.out).toContain(`${FILE}:1: schedule \`primes\` has no work`);
  expect(listed.out).toContain('has the zone `Mars/X`');
  expect(runs()).toEqual([]);
});

test('another copy of the home does not run it until it takes it over', async () => {
  const { machine, clock, home, runs } = await trusted();
  const other = machine.other();
  cpSync(home.in, machine.path('copy'), { recursive: true });
  const copy = { in: machine.path('copy'), clock };
  await other.ask(['trust', 'tools', FILE], copy);
  clock.set(at('2026-06-09T05:00Z'));
  expect((await other.ask(['cron', '--once'], copy)).ticks).toEqual([]);
  expect((await other.ask(['cron', '--list'], copy)).schedules[0].keeper).toBe('elsewhere');
  const taken = await other.ask(['cron', '--take-over'], copy);
  expect(taken.schedules[0].keeper).toBe('here');
  expect((await other.ask(['cron', '--once'], copy)).ticks).toEqual([]);
  clock.set(at('2026-06-10T05:00Z'));
  expect((await other.ask(['cron', '--once'], copy)).ticks).toHaveLength(1);
  expect(runs()).toEqual([]);
});

test('a run that was interrupted is gone on with, and its tick is done by it', async () => {
  const { machine, clock, home: place, runs } = await kept();
  const env = { DATUM_STATE: machine.path('state'), USER: 'ada' };
  const parts = { clock, random: systemRandom, disk: systemDisk, env };
  const home = await openHome(place.in, { machine: parts });
  onTestFinished(() => home.close());
  await home.reconcile();
  await trustNow(home, await trustItems(home));
  await runDue(home);
  clock.set(at('2026-06-09T05:00Z'));
  const stop = new AbortController();
  const cut = await runDue(home, { signal: stop.signal, onTick: () => stop.abort() });
  expect(cut).toMatchObject([{ result: { status: 'interrupted' } }]);
  const [gone] = await runDue(home);
  expect(gone).toMatchObject({ result: { status: 'ok' } });
  const run = (report: TickReport | undefined) =>
    report !== undefined && 'result' in report ? report.result.run : undefined;
  expect(run(gone)).toBe(run(cut[0]));
  expect(runs().filter(({ status }) => status === 'ok')).toHaveLength(1);
  expect(await runDue(home)).toEqual([]);
});

test('a run that died while its model spoke is said once, and goes on at a word', async () => {
  const server = await anthropicServer(
    { pieces: ['Let me'], after: 'hang' },
    { pieces: ['It is.'] },
  );
  const { machine, clock, home: place } = await kept(SCHEDULE.replace('model: flux/think\n', ''));
  const env = {
    DATUM_STATE: machine.path('state'),
    USER: 'ada',
    ANTHROPIC_API_KEY: ANTHROPIC_KEY,
    ANTHROPIC_BASE_URL: `${server.url}/v1`,
  };
  const open = async (at: ManualClock) => {
    const parts = { clock: at, random: systemRandom, disk: systemDisk, env };
    const home = await openHome(place.in, { machine: parts });
    onTestFinished(() => home.close());
    return home;
  };
  const dying = await open(clock);
  await dying.reconcile();
  await trustNow(dying, await trustItems(dying));
  await runDue(dying);
  clock.set(at('2026-06-09T05:00Z'));
  const end = new AbortController();
  const never = runDue(dying, { signal: end.signal });
  onTestFinished(async () => {
    end.abort();
    await never.catch(() => undefined);
  });
  await expect.poll(() => server.requests.length, { timeout: 30_000 }).toBe(1);

  const later = await open(manualClock(at('2026-06-09T05:01Z')));
  const [report] = await runDue(later);
  expect(report).toMatchObject({ later: false, error: { code: 'effect/unknown-outcome' } });
  expect(await runDue(later)).toEqual([]);
  expect(server.requests).toHaveLength(1);
  const run = report !== undefined && 'error' in report ? String(report.error.data['run']) : '';
  const door = await later.agent('harbor');
  expect(await door.resume(run, { repeat: true })).toMatchObject({ status: 'ok', text: 'It is.' });
});

test('it keeps on in the foreground until Ctrl-C, over more than one tick', async () => {
  const { machine, clock, home, runs } = await kept(SCHEDULE.replace('0 7 ', '*/30 * '));
  await machine.ask(['trust', 'tools', FILE], home);
  const stop = new AbortController();
  const until = at('2026-06-08T05:05Z');
  const watched: ManualClock = {
    ...clock,
    sleep: async (millis, signal) => {
      if (clock.now() > until) stop.abort();
      await clock.sleep(millis, signal);
    },
  };
  const ran = await machine.run(['cron'], { ...home, clock: watched, signal: stop.signal });
  expect(ran.code).toBe(130);
  expect(ran.err.match(/harbor\/primes {2}ok {2}run-/g)).toHaveLength(2);
  expect(runs()).toHaveLength(2);
});

test('unit files run datum cron for this home, whatever its name, and hold no key', () => {
  const command = ['/usr/bin/node', '/opt/my datum/bin/datum.js'];
  const of = { command, home: '/home/ada/50% & "more" <x>', name: 'more' };
  const systemd = systemdUnit(of);
  expect(systemd.path).toBe('~/.config/systemd/user/datum-more.service');
  expect(systemd.text).toContain(
    'ExecStart=/usr/bin/node "/opt/my datum/bin/datum.js" cron --home "/home/ada/50%% & \\"more\\" <x>"\n',
  );
  const launchd = launchdUnit(of);
  expect(launchd.text).toContain('<string>/home/ada/50% &amp; "more" &lt;x&gt;</string>');
  for (const { text } of [systemd, launchd]) expect(text).not.toMatch(/API_KEY|_KEY=\S/);
});

test('datum cron units says which supervisors there are', async () => {
  const { machine, home } = await kept();
  expect(await machine.run(['cron', 'units'], home)).toMatchObject({ code: 2 });
  const unit = await machine.ask(['cron', 'units', '--systemd'], home);
  expect(unit.text).toContain(`--home "${home.in}"`);
});
