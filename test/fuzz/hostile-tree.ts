import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';

/** The tree of a clone whose owner means harm, and what only this machine has. */
export interface HostileTree {
  /** Of the clone, absolute. */
  readonly root: string;
  /** A file outside of every home; it must never change. */
  readonly victim: string;
  /** Written by whatever runs that should not. */
  readonly marker: string;
}

/** One change of the tree: what, and two numbers that choose where. */
export interface Harm {
  readonly kind: string;
  readonly at: number;
  readonly by: number;
}

type Doing = (tree: HostileTree, harm: Harm) => void;

const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % from.length];

/** Files below a folder of the clone, deep, sorted; links are named and not followed. */
function filesOf(root: string, below: string): readonly string[] {
  const place = join(root, below);
  if (!existsSync(place) || !lstatSync(place).isDirectory()) return [];
  return readdirSync(place)
    .sort()
    .flatMap((name) => {
      const path = `${below}/${name}`;
      return lstatSync(join(root, path)).isDirectory() ? filesOf(root, path) : [path];
    });
}

function put(root: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  rmSync(join(root, path), { force: true, recursive: true });
  writeFileSync(join(root, path), content);
}

function link(root: string, path: string, to: string): void {
  rmSync(join(root, path), { force: true, recursive: true });
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(to, join(root, path));
}

function flip(root: string, path: string | undefined, { at, by }: Harm): void {
  if (path === undefined || !lstatSync(join(root, path)).isFile()) return;
  const content = readFileSync(join(root, path));
  if (content.length === 0) return;
  const place = at % content.length;
  content[place] = (content[place] ?? 0) ^ (1 << (by % 8));
  writeFileSync(join(root, path), content);
}

/** What a file of the log can suffer. */
const onFile =
  (folder: string): Doing =>
  ({ root, victim }, harm) => {
    const path = pick(filesOf(root, folder), harm.at);
    if (path === undefined) return;
    const full = join(root, path);
    const isFile = lstatSync(full).isFile();
    const ways: readonly (() => void)[] = [
      () => flip(root, path, harm),
      () => rmSync(full),
      () => isFile && truncateSync(full, harm.at % (lstatSync(full).size + 1)),
      () => isFile && appendFileSync(full, Buffer.alloc(harm.by * 50, harm.at % 256)),
      () => isFile && appendFileSync(full, readFileSync(full).subarray(0, harm.at * 10)),
      () => put(root, path, Buffer.alloc(3_000_000, 10)),
      () => link(root, path, victim),
      () => {
        rmSync(full);
        mkdirSync(full);
        writeFileSync(join(full, 'inside'), 'x');
      },
    ];
    pick(ways, harm.by)?.();
  };

const NAMES = [
  'wiki/a\u001b[31mred.md',
  'wiki/line\nbreak.md',
  'wiki/back\\slash.md',
  'wiki/-rf.md',
  `wiki/${'long'.repeat(50)}.md`,
  'wiki/readme.md',
  'WIKI/README.md',
  'agents/Datum/model.md',
  'wiki/\u202egnp.md',
  'agents/datum/memory/user_\u0000x.md'.replace('\u0000', '\u0001'),
  'tools/\u0007bell',
  'agents/x/y/datum/model.md',
];

const DOCUMENTS = [
  'TASKBOARD.md',
  'JOURNAL.md',
  'TRAIL.md',
  'SEED.md',
  'datum.toml',
  'tools/manifest.json',
  'agents/datum/model.md',
  'agents/datum/tools.md',
  'agents/datum/persona/USER.md',
  'agents/datum/schedule.md',
  'agents/datum/mcp.md',
  '.gitattributes',
  '.gitignore',
  'CAPABILITY.toml',
  '.superagent/agent.toml',
];

const CONTENTS: readonly (string | Uint8Array)[] = [
  '',
  Buffer.from([0xff, 0xfe, 0, 0x80, 0xc3]),
  '---\nname: [\n---\n',
  '\u0000'.repeat(2000),
  `${'['.repeat(30_000)}`,
  '{"tools": [{"name": "x", "category": "script", "path": "../../x"}]}',
  '[agent]\nname = "../../evil"\n',
  'commit = "never"\n[caps]\nfleet_daily_usd = nan\n',
  '# x\n```yaml\ncost_guardrails:\n  enabled: false\n  daily_cap_usd: 1e9\n```\n',
  '* filter=evil merge=evil diff=evil\n',
  '*\n!.datum\n',
  `# Work Journal\n${'\n## [2026-01-01T00:00:00Z] NOTE\n\nx\n'.repeat(500)}`,
];

const program = (marker: string): string =>
  `#!/usr/bin/env node\nrequire('node:fs').appendFileSync(${JSON.stringify(marker)}, 'x');\n`;

const DOES: Readonly<Record<string, Doing>> = {
  log: onFile('.datum/log'),
  blobs: onFile('.datum/blobs'),
  keys: onFile('.datum/keys'),
  writer: ({ root }, { at, by }) => {
    const names = ['f'.repeat(32), '\u001b[2J', 'x', '0'.repeat(32)];
    const lines = [`{"sig":"${'a'.repeat(128)}","tx":{}}\n`, '\u0000', '{', '\n\n\n'];
    put(root, `.datum/log/${pick(names, at)}/000001.jsonl`, pick(lines, by) ?? '');
    put(root, `.datum/keys/${pick(names, at)}.pub`, `${'a'.repeat(64)}\n`);
  },
  checkpoint: ({ root }, { at, by }) => {
    const [writer = 'x'] = readdirSync(join(root, '.datum')).includes('log')
      ? readdirSync(join(root, '.datum/log'))
      : [];
    put(root, `.datum/checkpoints/${writer}/${at}`, pick(CONTENTS, by) ?? '');
  },
  local: ({ root, victim }, { at, by }) => {
    const name = pick(['local.sqlite', 'local.sqlite-wal', 'local-marks.sqlite', 'local-now'], at);
    if (by % 2 === 0) put(root, `.datum/${name}`, 'SQLite format 3\u0000rubbish');
    else link(root, `.datum/${name}`, victim);
  },
  folder: ({ root, victim }, { at }) => {
    const path = pick(['.datum/log', '.datum/blobs', '.datum/keys', 'wiki', 'agents'], at);
    if (path !== undefined) link(root, path, dirname(victim));
  },
  document: ({ root }, { at, by }) =>
    put(root, pick(DOCUMENTS, at) ?? 'x', pick(CONTENTS, by) ?? ''),
  linked: ({ root, victim }, { at }) => link(root, pick(DOCUMENTS, at) ?? 'x', victim),
  gone: ({ root }, { at }) => rmSync(join(root, pick(DOCUMENTS, at) ?? 'x'), { force: true }),
  name: ({ root }, { at, by }) => put(root, pick(NAMES, at) ?? 'x', pick(CONTENTS, by) ?? ''),
  huge: ({ root }, { at }) => put(root, `wiki/huge-${at}.md`, 'word '.repeat(700_000)),
  tool: ({ root, marker }, { at }) => {
    const path = pick(['tools/fleet-audit.mjs', 'tools/conformance-check.mjs', 'tools/new'], at);
    put(root, path ?? 'x', program(marker));
    put(root, 'tools/new.md', '---\ndescription: new\ncommand: [node, new]\n---\n');
    put(root, 'agents/datum/mcp.md', '## near\ncommand: node\nargs: ./tools/new\n');
  },
};

/** Any few changes of the tree. */
export const harms: fc.Arbitrary<readonly Harm[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...Object.keys(DOES)),
    at: fc.nat(10_000),
    by: fc.nat(10_000),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Does the changes, as far as an earlier one has left something to do them to. */
export function harm(tree: HostileTree, list: readonly Harm[]): void {
  for (const each of list) DOES[each.kind]?.(tree, each);
}
