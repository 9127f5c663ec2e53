import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';
import { mayLeaveOut } from '../services.ts';

const VERIFIER = fileURLToPath(new URL('./verify_log.py', import.meta.url));

const verify = (home: string) => {
  const { status, stdout, stderr } = spawnSync('python3', [VERIFIER, home], { encoding: 'utf8' });
  return { status, out: `${stdout}${stderr}` };
};

/** Values whose texts differ between languages that print JSON carelessly. */
const VALUES = [
  '[0.1, 1e21, 1e-7, 123456789012345680000, -0, 5e-324, 1.5e300, 0.000001]',
  '{"b": 1, "a": {"😀": true, "～": null}, "é": "\\u0007\\u007f\\n\\"\\\\/ü😀"}',
  '{"$int": "9007199254740993"}',
  '{"$inst": "2026-01-01T00:00:00.000001Z"}',
];

const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(mayLeaveOut(hasPython))(
  'a verifier that knows only docs/format.md agrees about a home',
  async () => {
    const machine = testMachine();
    const home = machine.path('home');
    const at = { in: home };
    await machine.ask(['boot', home]);
    for (const [n, value] of VALUES.entries()) {
      await machine.ask(['fact', 'assert', `demo:${n}`, 'demo/value', value], at);
    }
    const interval = ['--valid-from', '2026-01-01', '--valid-to', '2026-02-01'];
    await machine.ask(['fact', 'assert', 'demo:0', 'demo/value', '7', ...interval], at);
    await machine.ask(['branch', 'create', 'trial'], at);
    await machine.ask(['checkpoint'], at);
    const { writers, transactions, blobs, checkpoints } = await machine.ask(['verify'], at);
    const { status, out } = verify(home);
    expect(out).toBe(`${out.trim()}\n`);
    expect({ status, ...JSON.parse(out) }).toEqual({
      status: 0,
      writers,
      transactions,
      blobs,
      checkpoints,
    });

    const [writer = ''] = readdirSync(join(home, '.datum', 'log'));
    for (const kind of ['blobs', 'checkpoints', 'keys']) {
      const folder = join(home, '.datum', kind);
      const names = readdirSync(folder, { recursive: true, withFileTypes: true });
      const file = names.find((entry) => entry.isFile());
      const place = join(file?.parentPath ?? '', file?.name ?? '');
      const bytes = readFileSync(place);
      const changed = Buffer.from(bytes);
      changed[bytes.length >> 1] = (changed[bytes.length >> 1] ?? 0) ^ 0x01;
      writeFileSync(place, changed);
      expect({ kind, status: verify(home).status }).toEqual({ kind, status: 1 });
      writeFileSync(place, bytes);
    }
    expect(verify(home).status).toBe(0);
    const path = join(home, '.datum', 'log', writer, '000001.jsonl');
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.replace('"demo:2"', '"demo:9"'));
    expect(verify(home).status).toBe(1);
    expect(verify(home).out).toContain('its signature does not hold');
  },
);
