import { expect, test } from 'vitest';
import {
  type AgentConfigContent,
  newAgentConfig,
  parseAgentConfig,
  printAgentConfig,
  setAgentConfig,
} from './agent-config.ts';
import { parseCapabilityFile, printCapabilityFile, setCapability } from './capability-file.ts';
import {
  addTask,
  moveTask,
  NEW_TASK_BOARD,
  parseTaskBoard,
  printTaskBoard,
  tickTask,
} from './task-board.ts';
import {
  NEW_TOOL_MANIFEST,
  parseToolManifest,
  printToolManifest,
  registerTool,
  unregisterTool,
} from './tool-manifest.ts';
import { parseTrail } from './trail.ts';

const config: AgentConfigContent = {
  name: 'datum',
  role: 'datum',
  capabilities: ['audit', 'analyze'],
  keeperUrl: 'https://keeper.example/base/',
  workshopPath: '/abs/path',
  template: 'default',
  logLevel: 'INFO',
};

test('an agent configuration keeps the whole address of its keeper', () => {
  const read = parseAgentConfig(newAgentConfig(config), 'agent.toml');
  expect(read).toMatchObject(config);
  expect(newAgentConfig(config)).toContain('host = "keeper.example"\nport = 443\n');
});

test('all three shapes of agent.toml are read', () => {
  expect(
    parseAgentConfig(
      '[agent]\nname = "d"\nrole = "datum"\ncapabilities = ["audit"]\n[keeper]\nhost = "h"\nport = 1\n',
      'f',
    ),
  ).toMatchObject({ name: 'd', capabilities: ['audit'], keeperUrl: 'http://h:1' });
  expect(
    parseAgentConfig('[agent]\nname = "d"\nowner = "o"\n[keeper]\nurl = "http://k:7742"\n', 'f'),
  ).toMatchObject({ owner: 'o', keeperUrl: 'http://k:7742', role: 'generic' });
  expect(parseAgentConfig('[agent]\nname = "g"\nrole = "git-agent"\n', 'f')).toMatchObject({
    role: 'git-agent',
    keeperUrl: 'http://localhost:7742',
  });
});

const COMMENTED = `# who\r
[agent]\r
name = "a" # "quoted # hash"\r
capabilities = [\r
  "x", # first\r
  "y",\r
]\r
\r
[other]\r
name = "z"\r
role = 1`;

test('a key of a TOML file is changed in place', () => {
  const set = (table: string, key: string, value: string | readonly string[]) =>
    printAgentConfig(setAgentConfig(parseAgentConfig(COMMENTED, 'f'), { table, key, value }));
  expect(set('agent', 'name', 'b')).toBe(COMMENTED.replace('"a"', '"b"'));
  expect(set('agent', 'role', 'r')).toBe(COMMENTED.replace(']\r\n\r\n', ']\r\nrole = "r"\r\n\r\n'));
  expect(set('agent', 'capabilities', ['q'])).toBe(COMMENTED.replace(/\[\r\n[^\]]*\]/, '[ "q" ]'));
  expect(set('new', 'k', 'v')).toBe(`${COMMENTED}\r\n\r\n[new]\r\nk = "v"\r\n`);
});

test('broken TOML is refused with its line', () => {
  expect(() => parseAgentConfig('[agent]\nname = \n', 'agent.toml')).toThrow(/^agent\.toml:2: /);
});

const CAPABILITY = `[agent]
name = "scout"
role = "scout"

[capabilities]
search = { confidence = 0.9, description = "finds" }

[capabilities.read]
confidence = 7
last_used = 2026-06-05

[metadata]
last_active = "2026-06-05" # kept
`;

test('capabilities are read as inline tables and as tables', () => {
  const file = parseCapabilityFile(CAPABILITY, 'CAPABILITY.toml');
  expect(file).toMatchObject({ name: 'scout', lastActive: '2026-06-05' });
  expect(file.capabilities).toEqual([
    { name: 'search', confidence: 0.9, description: 'finds' },
    { name: 'read', confidence: 1, description: '', lastUsed: '2026-06-05' },
  ]);
  const edited = setCapability(file, {
    table: 'metadata',
    key: 'last_active',
    value: '2026-07-01',
  });
  expect(printCapabilityFile(edited)).toBe(CAPABILITY.replace('"2026-06-05" #', '"2026-07-01" #'));
  expect(() => parseCapabilityFile('[a]\n', 'f')).toThrow('no [agent] table');
});

test('a tool is registered, replaced and taken away without losing another', () => {
  const script = { name: 'audit', path: 'tools/audit.ts', language: 'TypeScript' };
  const empty = parseToolManifest(NEW_TOOL_MANIFEST, 'tools/manifest.json');
  const one = registerTool(empty, 'script', script);
  expect(one.tools).toEqual([{ name: 'audit', category: 'script', value: script }]);
  const two = registerTool(one, 'recipe', { name: 'bake', mine: 1 });
  const replaced = registerTool(two, 'script', { ...script, path: 'x' });
  expect(replaced.tools.map(({ name }) => name)).toEqual(['audit', 'bake']);
  const bare = unregisterTool(unregisterTool(replaced, 'audit'), 'bake');
  expect(printToolManifest(bare)).toBe(NEW_TOOL_MANIFEST);
  expect(unregisterTool(bare, 'none')).toBe(bare);
});

test('a manifest keeps its indent, unknown keys and final newline, and is refused when broken', () => {
  const text = '{\n\t"mine": true,\n\t"tools": []\n}\n';
  const added = registerTool(parseToolManifest(text, 'f'), 'script', { name: 'a' });
  expect(printToolManifest(added)).toBe(
    '{\n\t"mine": true,\n\t"tools": [\n\t\t{\n\t\t\t"name": "a"\n\t\t}\n\t]\n}\n',
  );
  expect(() => parseToolManifest('{"tools": {}}', 'f')).toThrow('`tools` is not a list');
  expect(() => parseToolManifest('{"tools": [1]}', 'f')).toThrow('has no name');
  expect(() => parseToolManifest('{', 'f')).toThrow('f:1: not JSON');
});

test('a trail is read by its sections, whatever a person wrote around them', () => {
  const text =
    '# My trail\n\nLast updated: 2026-01-01T00:00:00Z\n\nProse.\n\n## Current Focus\n\n- old\n\n## Pending\n- x\n- y\n';
  const trail = parseTrail(text, 'TRAIL.md');
  expect(trail.updated).toBe('2026-01-01T00:00:00Z');
  expect(trail.sections).toEqual([
    { heading: 'Current Focus', items: ['old'] },
    { heading: 'Pending', items: ['x', 'y'] },
  ]);
});

test('tasks of a board are added, ticked and moved, a line at a time', () => {
  let board = addTask(parseTaskBoard(NEW_TASK_BOARD, 'TASKBOARD.md'), 'Queued', 'Fix CI');
  board = addTask(board, 'Queued', 'Write docs');
  expect(printTaskBoard(board)).toBe(
    '# Task Board\n\n## In Progress\n\n## Queued\n\n- [ ] Fix CI\n- [ ] Write docs\n\n## Done\n',
  );
  expect(board.tasks[0]).toEqual({ section: 'Queued', text: 'Fix CI', done: false, line: 7 });
  const moved = moveTask(board, { line: 7, to: 'Done' });
  expect(printTaskBoard(moved)).toBe(
    '# Task Board\n\n## In Progress\n\n## Queued\n\n- [ ] Write docs\n\n## Done\n\n- [x] Fix CI\n',
  );
  expect(printTaskBoard(tickTask(moved, { line: 7, done: true }))).toContain('- [x] Write docs');
  expect(tickTask(board, { line: 1, done: true })).toBe(board);
});
