import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FolderError } from '../error.ts';
import { parseMcpFile } from './mcp-file.ts';
import { parseModelFile, printModelFile, setDefaultModel, setGuardrail } from './model-file.ts';
import { parsePersona } from './persona.ts';
import { addDelegate, parseRoster, printRoster } from './roster.ts';
import { addToolsItem, parseToolsFile, printToolsFile, removeToolsItem } from './tools-file.ts';

const harbor = (path: string): string =>
  readFileSync(new URL(`../../../examples/harbor/${path}`, import.meta.url), 'utf8');

const mode = (text: string) => parsePersona(`# I\n\n## Operating mode\n\n${text}\n`, 'f').mode;

const problemsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof FolderError) return error.problems.map((p) => `${p.line}: ${p.message}`);
    throw error;
  }
};

test('the operating mode is the marked word, else the first named, else reactive', () => {
  expect(parsePersona(harbor('persona/IDENTITY.md'), 'f').mode).toBe('hybrid');
  expect(mode('This agent is **reactive**, not hybrid.')).toBe('reactive');
  expect(mode('Goal-Driven, sometimes reactive')).toBe('goal-driven');
  expect(mode('hybridised')).toBe('reactive');
  expect(mode('```\nhybrid\n```')).toBe('reactive');
  expect(parsePersona('# I\n\nhybrid\n', 'f').mode).toBe('reactive');
  expect(mode('slow\n## Other\nhybrid')).toBe('reactive');
});

test('tools.md of harbor gives its paths, interfaces and hard NOs', () => {
  const tools = parseToolsFile(harbor('tools.md'), 'tools.md');
  expect(tools.readPaths.map(({ text }) => text)).toEqual([
    '~/agents/harbor/',
    '~/clockwork-sea/manuscript/',
  ]);
  expect(tools.writePaths).toHaveLength(5);
  expect(tools.readOnlyPaths).toEqual([{ text: '~/clockwork-sea/manuscript/', line: 18 }]);
  expect(tools.externalApis[1]?.text).toBe('`catalogue_search` (local catalogue, no network)');
  expect(tools.hardNos).toHaveLength(3);
});

test('explanations are cut from paths, and a class that does not exist is high risk', () => {
  const tools = parseToolsFile(
    [
      '## WRITE PATH (own only)',
      '- `~/a/` — mine',
      '* /b -- yours',
      '- /c (theirs)',
      '- /d ,e',
      '### Deeper',
      '- /f',
      '## Tool classification',
      '- `send_mail`: external_side_effect (asks)',
      '- rm → very_bad',
      '- read-file = read_only',
      '## Other',
      '- /g',
      '## Write paths are here',
      '- /h',
    ].join('\n'),
    'tools.md',
  );
  expect(tools.writePaths.map(({ text }) => text)).toEqual(['~/a/', '/b', '/c', '/d', '/f', '/h']);
  expect(tools.classification).toEqual([
    { tool: 'send_mail', actionClass: 'external_side_effect', line: 9 },
    { tool: 'rm', actionClass: 'high_risk', line: 10 },
    { tool: 'read-file', actionClass: 'read_only', line: 11 },
  ]);
});

test('a bullet added to tools.md, and taken away, changes one line', () => {
  const before = harbor('tools.md');
  const tools = parseToolsFile(before, 'tools.md');
  const added = addToolsItem(tools, 'hardNos', 'Never guess.');
  expect(printToolsFile(added)).toBe(
    before.replace(
      '- Never edit the manuscript.\n',
      '- Never edit the manuscript.\n- Never guess.\n',
    ),
  );
  const line = added.hardNos.at(-1)?.line ?? 0;
  expect(printToolsFile(removeToolsItem(added, line))).toBe(before);
  expect(printToolsFile(addToolsItem(tools, 'classification', 'x: read_only'))).toBe(
    `${before}\n## Tool classification\n\n- x: read_only\n`,
  );
});

test('model.md of harbor gives models, budgets, caps and the other settings', () => {
  const model = parseModelFile(harbor('model.md'), 'model.md');
  expect(model).toMatchObject({
    defaultModel: 'claude-sonnet-4-6-20260101',
    fallbackModel: 'claude-haiku-4-5-20251001',
    maxInputTokens: 9000,
    maxOutputTokens: 5000,
    dedupBodyHash: false,
    guardrails: {
      enabled: true,
      dailyCapUsd: 0.75,
      monthlyCapUsd: 12,
      dailyCapAction: 'skip',
      monthlyCapAction: 'alert',
      warningThresholds: [0.5, 0.8],
      alertChannel: 'log',
    },
    warnings: [],
  });
  expect(Object.keys(model.settings)).toEqual(['research_integrity']);
  expect(parseModelFile('', 'model.md')).toMatchObject({
    defaultModel: 'claude-sonnet-4-6-20260101',
    maxInputTokens: 12_000,
    maxOutputTokens: 4_000,
    guardrails: { enabled: false },
  });
});

test('provider, table budgets, body hash and conversation backend are read', () => {
  const model = parseModelFile(
    'provider: vertex\n\n| Max input | 8,500 |\n\n## Dedup Body Hash\n\n## Conversation Backend\n\n`sqlite`\n',
    'model.md',
  );
  expect(model).toMatchObject({
    provider: 'vertex',
    maxInputTokens: 8500,
    dedupBodyHash: true,
    conversationBackend: 'sqlite',
  });
});

const guarded = (yaml: string): string => `# M\n\n\`\`\`yaml\ncost_guardrails:\n${yaml}\n\`\`\`\n`;

test('guardrails that are not exactly right are refused with their line, never turned off', () => {
  const of = (text: string) => problemsOf(() => parseModelFile(text, 'model.md'));
  expect(of(guarded('  enabled: "false"'))).toEqual([
    '5: `enabled` must be true or false, without quotes',
  ]);
  expect(of(guarded('  enabled: true\n  daily_cap_action: stop'))).toEqual([
    '6: `daily_cap_action` must be one of skip, fallback, alert, handoff',
  ]);
  expect(of(guarded('  daily_cap_usd: -1\n  monthly_cap_usd: "12"'))).toHaveLength(2);
  expect(of(guarded('  enabled: [true'))[0]).toMatch(/^[56]: /);
  expect(of(guarded('  enabled: true\n  enabled: false'))[0]).toMatch(/^6: /);
  expect(of(guarded('- enabled'))).toHaveLength(1);
  expect(of(guarded('  enabled: true') + guarded('  enabled: false'))).toEqual([
    '10: a second `cost_guardrails` block',
  ]);
  expect(of('```yaml\ncost_guardrails:\n  enabled: true\n')).toHaveLength(1);
  expect(of('cost_guardrails:\n  enabled: true\n')).toEqual([
    '1: `cost_guardrails` stands outside a YAML block and would not be read',
  ]);
  expect(of(guarded('  enabled: true').replace('yaml', 'text'))).toHaveLength(1);
  expect(of('```yaml\n: : :\n  - x: [\n```\n')[0]).toMatch(/^[23]: /);
});

test('a misspelt guardrail key is a warning with its line', () => {
  const model = parseModelFile(guarded('  enabled: true\n  daily_cap: 3'), 'model.md');
  expect(model.warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '6: `daily_cap` is no key of `cost_guardrails` and has no effect',
  ]);
});

test('a model and a cap are changed in place', () => {
  const before = harbor('model.md');
  const model = parseModelFile(before, 'model.md');
  const other = setDefaultModel(model, 'claude-opus-4-8');
  expect(printModelFile(other)).toBe(
    before.replace('**`claude-sonnet-4-6-20260101`**', '**`claude-opus-4-8`**'),
  );
  expect(printModelFile(setGuardrail(model, 'daily_cap_usd', 1.5))).toBe(
    before.replace('daily_cap_usd: 0.75', 'daily_cap_usd: 1.5'),
  );
  const added = setGuardrail(parseModelFile(guarded('  enabled: true'), 'f'), 'daily_cap_usd', 2);
  expect(printModelFile(added)).toBe(guarded('  enabled: true\n  daily_cap_usd: 2'));
});

test('a roster lists the agents of its one section', () => {
  const roster = parseRoster(
    '# R\n- no\n\n## delegate TO\n- editor — proofreads\n- **archivist** (finds)\n- scout, fast\n- a-b: x\n\n## Not\n- me\n',
    'roster.md',
  );
  expect(roster.delegates).toEqual(['editor', 'archivist', 'scout', 'a-b']);
  expect(addDelegate(roster, 'editor')).toBe(roster);
  expect(printRoster(addDelegate(roster, 'new'))).toContain('- a-b: x\n- new\n\n## Not');
  expect(printRoster(addDelegate(parseRoster('', 'f'), 'x'))).toBe('\n## Delegate to\n\n- x\n');
});

test('MCP servers keep their variables unresolved', () => {
  const mcp = parseMcpFile(
    '## github\ncommand: npx\nargs: -y, @scope/server\nenv: TOKEN=$PAT, MODE=fast\ndescription: repos\n',
    'mcp.md',
  );
  expect(mcp.servers).toEqual([
    {
      name: 'github',
      command: 'npx',
      args: ['-y', '@scope/server'],
      env: { TOKEN: '$PAT', MODE: 'fast' },
      description: 'repos',
      line: 1,
    },
  ]);
  expect(mcp.allowedCommands).toBeUndefined();
  expect(parseMcpFile('## Allowed commands\n', 'f').allowedCommands).toEqual([]);
  expect(parseMcpFile('## Allowed commands\n- `npx`\n', 'f').allowedCommands).toEqual(['npx']);
  const listed = parseMcpFile('## Allowed Variables\n- `$PAT`\n- TOKEN\n', 'f');
  expect([listed.allowedVariables, listed.servers]).toEqual([['PAT', 'TOKEN'], []]);
  expect(problemsOf(() => parseMcpFile('## a\n\n## b\ncommand: x\ntransport: sse\n', 'f'))).toEqual(
    ['1: MCP server `a` has no command', '3: MCP server `b` has transport `sse`'],
  );
});

test('MCP servers may be reached by HTTP, and have limits and a class', () => {
  const mcp = parseMcpFile(
    '## far\nurl: https://tools.example/mcp\nheaders: Authorization=Bearer $TOKEN, X-A=b\n' +
      'timeout_seconds: 5\ndefault_action_class: read_only\n',
    'f',
  );
  expect(mcp.servers).toEqual([
    {
      name: 'far',
      command: '',
      args: [],
      env: {},
      url: 'https://tools.example/mcp',
      headers: { Authorization: 'Bearer $TOKEN', 'X-A': 'b' },
      timeoutSeconds: 5,
      actionClass: 'read_only',
      line: 1,
    },
  ]);
  const classOf = (name: string) =>
    parseMcpFile(`## a\ncommand: x\ndefault_action_class: ${name}\n`, 'f').servers[0]?.actionClass;
  expect([classOf('reversible_write'), classOf('harmless')]).toEqual([
    'reversible_write',
    'high_risk',
  ]);
  expect(
    problemsOf(() => parseMcpFile('## a\ntransport: http\ntimeout_seconds: x\nheaders: q\n', 'f')),
  ).toEqual([
    '1: MCP server `a` has no url',
    '1: `q` in the headers of `a` is no Name=value',
    '1: `x` is no timeout of `a`',
  ]);
});
