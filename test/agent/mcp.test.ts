import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { previewRun, resumeRun, runAgent } from '../../src/agent/index.ts';
import { scriptedModel } from './agent-world.ts';
import { answersTo, callsTool, plant, toolAgent } from './tool-world.ts';

const ASK = { agent: 'harbor', workItem: 'use the tool' };
const require = createRequire(import.meta.url);

/** The program of an installed server. */
const serverFile = (name: string): string =>
  join(dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`)), 'dist/index.js');
const EVERYTHING = serverFile('server-everything');
const FILES = serverFile('server-filesystem');

const TOOLS_MD = `## Read paths\n- ~/agents/harbor/\n- ${dirname(dirname(dirname(EVERYTHING)))}\n\n## Write paths\n- ~/agents/harbor/memory/\n`;

const mcp = (block: string, more = ''): Readonly<Record<string, string>> => ({
  'mcp.md': `# MCP\n\n## srv\n${block}\n${more}`,
  'tools.md': TOOLS_MD,
});

const everything = mcp(`command: node\nargs: ${EVERYTHING}, stdio`);

test('the tools of a server over stdio are offered and called, and the server ends with the run', async () => {
  const model = callsTool('srv__get-sum', { a: 2, b: 3 });
  const agent = await toolAgent(everything, { model });
  const result = await runAgent(agent.world, ASK);
  expect(result).toMatchObject({ status: 'ok', toolsLeftOut: [] });
  expect(answersTo(model)).toMatchObject([
    { error: false, content: expect.stringContaining('sum of 2 and 3 is 5') },
  ]);
});

test('resources and prompts of a server are read through tools of their own', async () => {
  const model = scriptedModel([
    {
      toolCalls: [
        { id: '1', name: 'srv__list_resources', input: {} },
        { id: '2', name: 'srv__list_prompts', input: {} },
        { id: '3', name: 'srv__get_prompt', input: { name: 'simple-prompt' } },
        { id: '4', name: 'srv__read_resource', input: { uri: 'demo://nothing/at/all' } },
        { id: '5', name: 'srv__read_resource', input: {} },
      ],
    },
    ({ messages }) => {
      const last = messages.at(-1);
      const told = JSON.stringify(last?.role === 'tool' ? last.results[0]?.content : '');
      const uri = /"uri":"([^"{]+)"/.exec(told)?.[1] ?? 'none';
      return { toolCalls: [{ id: '6', name: 'srv__read_resource', input: { uri } }] };
    },
    { text: 'done' },
  ]);
  const agent = await toolAgent(everything, { model });
  await runAgent(agent.world, ASK);
  expect(answersTo(model)).toMatchObject([
    {
      error: false,
      content: {
        resources: expect.arrayContaining(
          [{ uri: expect.any(String) }].map((each) => expect.objectContaining(each)),
        ),
      },
    },
    {
      error: false,
      content: {
        prompts: expect.arrayContaining([expect.objectContaining({ name: 'simple-prompt' })]),
      },
    },
    { error: false, content: expect.stringMatching(/^user: /) },
    { error: true, content: expect.stringContaining('did not answer as it should') },
    { error: true, content: expect.stringContaining('$.uri') },
  ]);
  const read = model.requests[2]?.messages.at(-1);
  expect(read?.role === 'tool' ? read.results[0] : undefined).toMatchObject({ error: false });
});

test('a call is refused by us for a wrong input, and by the server for what only it knows', async () => {
  const model = scriptedModel([
    {
      toolCalls: [
        { id: '1', name: 'srv__get-sum', input: { a: 'x', b: 3 } },
        { id: '2', name: 'srv__read_file', input: { path: '/etc/passwd' } },
        { id: '3', name: 'srv__get-structured-content', input: { location: 'Chicago' } },
      ],
    },
    { text: 'done' },
  ]);
  const agent = await toolAgent(everything, { model });
  await runAgent(agent.world, ASK);
  expect(answersTo(model)).toMatchObject([
    { error: true, content: expect.stringContaining('$.a') },
    { error: true, content: expect.stringContaining('no tool srv__read_file') },
    { error: false, content: { temperature: expect.any(Number) } },
  ]);
});

test('server-filesystem reads in its folder; outside, and outside our read paths, is refused', async () => {
  const model = scriptedModel([
    (request) => {
      const root = String(request.messages[0]?.role === 'user' ? request.messages[0].text : '');
      return {
        toolCalls: [
          { id: '1', name: 'srv__read_text_file', input: { path: join(root, 'raw/x.txt') } },
          { id: '2', name: 'srv__read_text_file', input: { path: '/etc/passwd' } },
        ],
      };
    },
    { text: 'done' },
  ]);
  const agent = await toolAgent(
    {
      ...mcp(`command: node\nargs: ${FILES}, ./raw\n\n## out\ncommand: node\nargs: ${FILES}, /etc`),
      'raw/x.txt': 'tide table',
    },
    { model },
  );
  const result = await runAgent(agent.world, { ...ASK, workItem: agent.root });
  const answers = answersTo(model);
  expect(JSON.stringify(answers[0]?.content)).toContain('tide table');
  expect(answers[1]).toMatchObject({
    error: true,
    content: expect.stringContaining('Access denied'),
  });
  expect(result.toolsLeftOut).toEqual([
    {
      name: 'out',
      reason: 'out names /etc, which tools.md does not let this agent read',
    },
  ]);
});

/** server-everything over streamable HTTP, on a port of its own. */
async function httpServer(): Promise<number> {
  const port = await freePort();
  const child = spawn(process.execPath, [EVERYTHING, 'streamableHttp'], {
    env: { PATH: process.env['PATH'] ?? '', PORT: String(port) },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await said(child, 'listening');
  return port;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

const said = (child: ChildProcess, word: string): Promise<void> =>
  new Promise((resolve) => {
    const look = (piece: Buffer): void => {
      if (piece.toString().includes(word)) resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
  });

test('a server over streamable HTTP is asked as one over stdio', async () => {
  const port = await httpServer();
  const model = callsTool('srv__echo', { message: 'over http' });
  const agent = await toolAgent(mcp(`url: http://127.0.0.1:${port}/mcp`), { model });
  const result = await runAgent(agent.world, ASK);
  expect(result.toolsLeftOut).toEqual([]);
  expect(answersTo(model)).toMatchObject([{ error: false, content: 'Echo: over http' }]);
});

test('clear text beyond this machine, an absent variable and an absent server are named', async () => {
  const agent = await toolAgent({
    ...mcp('url: http://tools.example/mcp'),
    'mcp.md':
      '## far\nurl: http://tools.example/mcp\n\n## gone\nurl: http://127.0.0.1:9/mcp\n\n' +
      '## needs\ncommand: node\nargs: --version\nenv: TOKEN=$NOT_SET_HERE\n\n' +
      '## mute\ncommand: node\nargs: --version\n',
  });
  const model = scriptedModel([{ text: 'x' }]);
  const { toolsLeftOut } = await runAgent({ ...agent.world, live: [model.handler] }, ASK);
  expect(toolsLeftOut.map(({ name, reason }) => [name, reason.slice(0, 40)])).toEqual([
    ['far', 'far would be reached in clear text at to'],
    ['gone', expect.stringContaining('gone could not be reached: ')],
    ['needs', 'needs needs $NOT_SET_HERE, which is not '],
    ['mute', expect.stringContaining('mute could not be reached')],
  ]);
});

test('a server nobody trusted is not started, and a preview starts none', async () => {
  const marker = 'output/started';
  const files = {
    'mcp.md': '## srv\ncommand: node\nargs: ./srv.mjs\n',
    'srv.mjs': `import fs from 'node:fs'; fs.mkdirSync(process.env.WHERE, { recursive: true });`,
  };
  const agent = await toolAgent(files, { trust: () => 'unknown' });
  const model = scriptedModel([{ text: 'x' }]);
  const result = await runAgent({ ...agent.world, live: [model.handler] }, ASK);
  expect(result.toolsLeftOut).toEqual([
    { name: 'srv', reason: 'mcp.md#srv is not trusted on this machine (datum trust tools)' },
  ]);
  expect(existsSync(join(agent.root, marker))).toBe(false);
  const trusting = await toolAgent(everything);
  const preview = await previewRun(trusting.world, ASK);
  expect(preview.toolsLeftOut).toMatchObject([{ name: 'srv' }]);
});

test('a trusted server whose command is not allowed stops the run; an empty list allows none', async () => {
  const sh = mcp('command: sh\nargs: -c, exit');
  await expect(runAgent((await toolAgent(sh)).world, ASK)).rejects.toMatchObject({
    code: 'agent/mcp-command-not-allowed',
  });
  const none = mcp('command: node\nargs: --version', '\n## Allowed commands\n');
  const agent = await toolAgent(none);
  await expect(runAgent(agent.world, ASK)).rejects.toMatchObject({
    message: expect.stringContaining('allowed are none'),
  });
  expect(agent.lines().at(-1)).toMatchObject({ status: 'error' });
});

const SDK = join(
  dirname(require.resolve('@modelcontextprotocol/sdk/package.json')).replace(/dist.cjs$/, ''),
  'dist/esm',
);

/** A server of one tool in JavaScript, inside the home. */
const ownServer = (body: string, description = '"does it"'): string => `
import { Server } from ${JSON.stringify(join(SDK, 'server/index.js'))};
import { StdioServerTransport } from ${JSON.stringify(join(SDK, 'server/stdio.js'))};
import { CallToolRequestSchema, ListToolsRequestSchema } from ${JSON.stringify(join(SDK, 'types.js'))};
import fs from 'node:fs';
const server = new Server({ name: 's', version: '1' }, { capabilities: { tools: {} } });
if (process.env.COUNT) fs.appendFileSync(process.env.COUNT, 'started\\n');
server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [{ name: 'it', description: ${description}, inputSchema: { type: 'object' } }],
}));
server.setRequestHandler(CallToolRequestSchema, () => { ${body} });
await server.connect(new StdioServerTransport());
`;

const text = (expression: string): string =>
  `return { content: [{ type: 'text', text: ${expression} }] };`;

test('a file URL among the arguments is a path: held to the read paths, trusted by its bytes', async () => {
  const model = scriptedModel([{ text: 'done' }]);
  const agent = await toolAgent(
    {
      'mcp.md': '# MCP\n\n## srv\ncommand: node\nargs: --import, file:///etc/hostname, ./srv.mjs\n',
      'tools.md': TOOLS_MD,
      'srv.mjs': ownServer(text('"ok"')),
    },
    { model },
  );
  const result = await runAgent(agent.world, ASK);
  expect(result.toolsLeftOut).toEqual([
    { name: 'srv', reason: expect.stringContaining('names /etc/hostname') },
  ]);
});

/** An agent whose server writes each start and call into the file COUNT. */
async function countingAgent() {
  const agent = await toolAgent({
    ...mcp('command: node\nargs: ./srv.mjs\nenv: COUNT=$COUNT'),
    'srv.mjs': ownServer(`fs.appendFileSync(process.env.COUNT, 'called\\n'); ${text('"ok"')}`),
  });
  const { programs } = agent.world;
  if (programs === undefined) throw new Error('no programs');
  const COUNT = join(agent.root, 'output/count');
  plant(agent.root, { 'output/count': '' });
  const environment = { ...programs.environment, COUNT };
  const world = { ...agent.world, programs: { ...programs, environment } };
  const call = (id: string) => ({ toolCalls: [{ id, name: 'srv__it', input: {} }] });
  return { agent, world, call, COUNT };
}

test('one connection serves a run; a resumed run asks again only what is not recorded', async () => {
  const { agent, world, call, COUNT } = await countingAgent();
  const first = scriptedModel([call('1'), call('2'), new RangeError('the process dies')]);
  await expect(runAgent({ ...world, live: [first.handler] }, ASK)).rejects.toThrow();
  expect(readFileSync(COUNT, 'utf8')).toBe('started\ncalled\ncalled\n');
  const run = String(agent.lines().at(-1)?.['run_id']);
  const second = scriptedModel([{ text: 'done' }]);
  await resumeRun({ ...world, live: [second.handler] }, run);
  expect(readFileSync(COUNT, 'utf8')).toBe('started\ncalled\ncalled\n');
});

test('a resumed run that has something new to ask starts the server again, for that alone', async () => {
  const { agent, world, call, COUNT } = await countingAgent();
  const first = scriptedModel([call('1'), new RangeError('the process dies')]);
  await expect(runAgent({ ...world, live: [first.handler] }, ASK)).rejects.toThrow();
  const run = String(agent.lines().at(-1)?.['run_id']);
  const second = scriptedModel([call('2'), { text: 'done' }]);
  const result = await resumeRun({ ...world, live: [second.handler] }, run);
  expect(result).toMatchObject({ status: 'ok', text: 'done' });
  expect(answersTo(second)).toMatchObject([{ error: false, content: 'ok' }]);
  expect(readFileSync(COUNT, 'utf8')).toBe('started\ncalled\nstarted\ncalled\n');
});

test('a server of the folder is trusted by its bytes, and does not run from the folder', async () => {
  const pins = new Map<string, string>();
  const agent = await toolAgent(
    {
      ...mcp('command: node\nargs: ./srv.mjs'),
      'srv.mjs': ownServer(text('process.cwd() + " " + process.argv[1]')),
    },
    {
      trust: (path, hash) => {
        const pinned = pins.get(path) ?? hash;
        pins.set(path, pinned);
        return pinned === hash ? 'trusted' : 'changed';
      },
    },
  );
  const model = callsTool('srv__it', {});
  await runAgent({ ...agent.world, live: [model.handler] }, ASK);
  expect(String(answersTo(model)[0]?.content)).not.toContain(agent.root);
  writeFileSync(join(agent.root, 'srv.mjs'), 'console.log("evil")');
  const again = scriptedModel([{ text: 'x' }]);
  const changed = await runAgent(
    { ...agent.world, live: [again.handler] },
    { ...ASK, workItem: 'again' },
  );
  expect(changed.toolsLeftOut).toMatchObject([
    { name: 'srv', reason: expect.stringContaining('mcp.md#srv has changed') },
  ]);
});

test('a gigantic answer, a malformed one and a dying server are errors of the tool', async () => {
  for (const [body, said] of [
    [text('"x".repeat(20_000_000)'), 'did not answer as it should'],
    ['return { content: 7 };', 'did not answer as it should'],
    ['process.exit(1);', 'did not answer as it should'],
  ] as const) {
    const agent = await toolAgent({
      ...mcp('command: node\nargs: ./srv.mjs\ntimeout_seconds: 20'),
      'srv.mjs': ownServer(body),
    });
    const model = callsTool('srv__it', {});
    await runAgent({ ...agent.world, live: [model.handler] }, ASK);
    expect(answersTo(model)).toMatchObject([
      { error: true, content: expect.stringContaining(said) },
    ]);
  }
});

test('a description as large as a prompt is left out, and invisible text in one is taken out', async () => {
  const large = await toolAgent({
    ...mcp('command: node\nargs: ./srv.mjs'),
    'srv.mjs': ownServer(text('"x"'), '"x".repeat(100_000)'),
  });
  const model = scriptedModel([{ text: 'x' }]);
  const result = await runAgent({ ...large.world, live: [model.handler] }, ASK);
  expect(result.toolsLeftOut).toMatchObject([
    { name: 'srv__it', reason: expect.stringContaining('it is described in') },
  ]);
  const hidden = await toolAgent({
    ...mcp('command: node\nargs: ./srv.mjs'),
    'srv.mjs': ownServer(text('"x"'), '"plain\\u{e0041}\\u202e text"'),
  });
  const other = scriptedModel([{ text: 'x' }]);
  await runAgent({ ...hidden.world, live: [other.handler] }, ASK);
  const tool = other.requests[0]?.tools.find(({ name }) => name === 'srv__it');
  expect(tool?.description).toBe('plain text');
});

test('no key of the machine reaches a server, and what it is told comes back from it as no secret', async () => {
  const agent = await toolAgent(mcp(`command: node\nargs: ${EVERYTHING}, stdio\nenv: TOKEN=$PAT`), {
    environment: { PAT: 'pat-very-secret', ANTHROPIC_API_KEY: 'sk-secret' },
  });
  const model = callsTool('srv__get-env', {});
  await runAgent({ ...agent.world, live: [model.handler] }, ASK);
  const said = JSON.stringify(answersTo(model)[0]?.content);
  expect(said).toContain('TOKEN');
  expect(said).not.toContain('pat-very-secret');
  expect(said).not.toContain('sk-secret');
});

test('a key of a model is told to no server unless the file lists it, and only what it lists is', async () => {
  const seen: string[] = [];
  const reasons = async (list: string): Promise<readonly string[]> => {
    const files = {
      'mcp.md': `## srv\ncommand: node\nargs: --version\nenv: A=$ANTHROPIC_API_KEY\n\n## other\ncommand: node\nargs: --version\nenv: B=\${PAT}\n${list}`,
    };
    const environment = { PAT: 'pat-very-secret', ANTHROPIC_API_KEY: 'sk-secret-0815' };
    const agent = await toolAgent(files, { environment });
    const { programs } = agent.world;
    if (programs === undefined) throw new Error('no programs');
    const hide = (secrets: readonly string[]): void => void seen.push(...secrets);
    const world = { ...agent.world, programs: { ...programs, hide } };
    const { toolsLeftOut } = await runAgent(
      { ...world, live: [scriptedModel([{ text: 'x' }]).handler] },
      ASK,
    );
    return toolsLeftOut.map(({ name, reason }) => `${name}: ${reason.slice(0, 60)}`);
  };
  const refused = (name: string, variable: string) =>
    expect.stringContaining(`${name}: mcp.md#${name} would be told $${variable}`);
  const failed = (name: string) => expect.stringContaining(`${name}: ${name} could not be reached`);
  expect(await reasons('')).toEqual([refused('srv', 'ANTHROPIC_API_KEY'), failed('other')]);
  expect([...new Set(seen)]).toEqual(['pat-very-secret']);
  expect(await reasons('\n## Allowed variables\n- ANTHROPIC_API_KEY\n')).toEqual([
    ...[failed('srv'), refused('other', 'PAT')],
  ]);
  expect(await reasons('\n## Allowed variables\n')).toEqual([
    ...[refused('srv', 'ANTHROPIC_API_KEY'), refused('other', 'PAT')],
  ]);
});

test('a list that lets a server be told more asks for trust again, one about others does not', async () => {
  const hashes: string[] = [];
  const look = async (list: string): Promise<void> => {
    const files = mcp('command: node\nargs: --version\nenv: A=$PAT', list);
    const trust = (path: string, hash: string) => {
      if (path.endsWith('#srv')) hashes.push(hash);
      return 'unknown' as const;
    };
    const agent = await toolAgent(files, { trust });
    await runAgent({ ...agent.world, live: [scriptedModel([{ text: 'x' }]).handler] }, ASK);
  };
  await look('\n## Allowed variables\n- OTHER\n');
  await look('\n## Allowed variables\n- OTHER\n- MORE\n');
  await look('\n## Allowed variables\n- PAT\n');
  const [none, others, more] = hashes;
  expect([none === others, none === more]).toEqual([true, false]);
});

test('a server that never answers is not waited for when the run is called off', async () => {
  const agent = await toolAgent({
    'mcp.md': '## mute\ncommand: node\nargs: ./mute.mjs\n',
    'mute.mjs': 'process.stdin.resume(); setInterval(() => {}, 1000);',
  });
  const off = new AbortController();
  const { programs } = agent.world;
  if (programs === undefined) throw new Error('no programs');
  // The first look at trust is discovery, the second is the start of the server.
  let looks = 0;
  const trust = () => {
    looks += 1;
    if (looks === 2) setImmediate(() => off.abort());
    return 'trusted' as const;
  };
  const ended = await runAgent({ ...agent.world, programs: { ...programs, trust } }, ASK, {
    signal: off.signal,
  });
  expect(ended.status).toBe('interrupted');
}, 30_000);
