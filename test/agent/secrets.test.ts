import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock, systemDisk, systemRandom } from '../../src/base/index.ts';
import { main } from '../../src/cli/main.ts';
import { anthropicServer } from '../model/anthropic-wire.ts';
import { type Turn, type WireServer, wireServer } from '../model/wire-server.ts';

/** None of them looks like a key by itself, but for those that do. */
const secrets = {
  /** The key that is used. */
  anthropic: 'anthropic-test-7f3a9c51-key',
  /** Another key of this machine, which a prompt repeats. */
  moonshot: 'plain-moonshot-d41d8cd9',
  /** In what is asked. */
  asked: 'sk-proj-4c1b7e0d9f2a63584c1b7e0d9f2a6358',
  /** In what a tool reads. */
  read: 'ghp_0123456789abcdefghijABCDEFGHIJ012345',
  /** In the key file. */
  file: 'openai-in-a-file-77aa',
} as const;

interface Place {
  readonly root: string;
  readonly home: string;
  run(server: WireServer, args: readonly string[], terminal?: boolean): Promise<string>;
}

async function place(): Promise<Place> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'datum-secrets-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const home = join(root, 'harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), home, { recursive: true });
  const outside = join(root, 'outside');
  mkdirSync(join(root, '.config/datum'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(root, '.config/datum/keys.json'), JSON.stringify({ openai: secrets.file }), {
    mode: 0o600,
  });
  writeFileSync(join(outside, 'token.txt'), `token: ${secrets.read}\nfile: ${secrets.file}\n`);
  const tools = join(home, 'tools.md');
  const text = readFileSync(tools, 'utf8').replace(
    /## Read paths\n/,
    `## Read paths\n\n- ${outside}/\n`,
  );
  writeFileSync(tools, text);
  const run: Place['run'] = async (server, args, terminal = false) => {
    let said = '';
    const sink = {
      isTerminal: terminal,
      columns: 80,
      write: (text: string) => {
        said += text;
      },
    };
    await main(args, {
      world: {
        cwd: home,
        env: {
          HOME: root,
          USER: 'ada',
          PATH: process.env['PATH'] ?? '',
          DATUM_STATE: join(root, 'state'),
          ANTHROPIC_BASE_URL: `${server.url}/v1`,
          ANTHROPIC_API_KEY: secrets.anthropic,
          MOONSHOT_API_KEY: secrets.moonshot,
        },
        stdin: async () => '',
        stdinIsTerminal: true,
        stdout: sink,
        stderr: sink,
        clock: systemClock,
        random: systemRandom,
        disk: systemDisk,
        signal: new AbortController().signal,
      },
    });
    return said;
  };
  return { root, home, run };
}

/** Everything below a folder, what git has packed included, but for the places the secrets are kept. */
function* everythingIn({ root, home }: Place): Generator<readonly [name: string, bytes: Buffer]> {
  for (const each of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(each.parentPath, each.name);
    const isKept = path.startsWith(join(root, 'outside')) || path.endsWith('keys.json');
    if (each.isFile() && !isKept) yield [path, readFileSync(path)];
  }
  const args = ['cat-file', '--batch', '--batch-all-objects'];
  yield ['git objects', execFileSync('git', args, { cwd: home, maxBuffer: 1 << 28 })];
}

const leaksIn = (name: string, bytes: Buffer): readonly string[] =>
  Object.entries(secrets).flatMap(([which, secret]) =>
    bytes.includes(secret) ? [`${which} in ${name}`] : [],
  );

test('keys of environment, prompts, tools and errors are in no file, log, output or git object', async () => {
  const here = await place();
  const path = join(here.root, 'outside/token.txt');
  const turns: readonly Turn[] = [
    { pieces: ['I look.'], toolCalls: [{ id: '1', name: 'read_file', input: { path } }] },
    {
      pieces: [
        'It says ',
        secrets.read.slice(0, 9),
        secrets.read.slice(9),
        ` and ${secrets.moonshot}.`,
      ],
    },
    {
      status: 400,
      type: 'invalid_request_error',
      message: `your key ${secrets.anthropic} is fine`,
    },
  ];
  const server = await anthropicServer(...turns);
  const ask = ['run', 'harbor', `the keys are ${secrets.asked} and ${secrets.moonshot}`];
  const outputs = [
    await here.run(server, ['boot', here.home]),
    await here.run(server, ask, true),
    await here.run(server, ask),
    await here.run(await refusing(), ask),
    await here.run(server, ['--format', 'json', 'runs']),
    await here.run(server, ['models']),
  ];
  expect(server.requests).toHaveLength(3);
  expect(stripVTControlCharacters(outputs[1] ?? '')).toMatch(/\[redacted:key\] and/);
  const runs: readonly { run: string; summary: string }[] = JSON.parse(outputs[4] ?? '[]');
  const run = runs.find(({ summary }) => summary.startsWith('the keys are'));
  const story = await here.run(server, ['explain', run?.run ?? '']);
  expect(story).toContain('read_file');
  const leaks = [...outputs, story].flatMap((text, index) =>
    leaksIn(`output ${index}`, Buffer.from(text)),
  );
  for (const [name, bytes] of everythingIn(here)) leaks.push(...leaksIn(name, bytes));
  expect(leaks).toEqual([]);
}, 120_000);

/** A provider that says the key back in its refusal, in a header and in its body. */
const refusing = (): Promise<WireServer> =>
  wireServer(({ headers }, response) => {
    const key = String(headers['x-api-key']);
    response.writeHead(401, { 'content-type': 'application/json', 'x-echo': key });
    const error = { type: 'authentication_error', message: `invalid x-api-key ${key}` };
    response.end(JSON.stringify({ type: 'error', error }));
  });
