import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

test('datum tune: a proposal is listed, accepted, applied once, and everything is committed', () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  const at = { in: root };
  machine.datum(['boot', root]);
  const id = 'harbor-2026-06-05-001';
  expect(machine.datum(['tune', 'list', 'harbor'], at).out).toContain(`${id}  pending`);
  const wrong = machine.datum(['tune', 'decide', 'harbor', id, 'maybe'], at);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('accepted')]);
  machine.json(['tune', 'decide', 'harbor', id, 'accepted', '--note', 'yes'], at);
  expect(machine.json(['tune', 'apply', 'harbor'], at)).toMatchObject([{ outcome: 'applied' }]);
  expect(readFileSync(join(root, 'tools.md'), 'utf8')).toContain('Run `catalogue_search` for');
  const again = machine.datum(['tune', 'apply', 'harbor'], at);
  expect([again.code, again.out]).toEqual([0, expect.stringContaining('nothing to do')]);
  expect(machine.git(['status', '--porcelain'], at)).toBe('');
}, 120_000);
