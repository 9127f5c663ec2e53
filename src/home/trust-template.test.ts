import { expect, test } from 'vitest';
import { readPrograms } from '../agent/index.ts';
import { systemDisk } from '../base/index.ts';
import { TEMPLATE } from './template.ts';
import { TEMPLATE_PROGRAMS } from './trust-template.ts';

test('the programs that boot trusts are those of the template, byte for byte', () => {
  const { programs } = readPrograms('tools', { root: TEMPLATE, disk: systemDisk });
  expect([...TEMPLATE_PROGRAMS]).toEqual(programs.map(({ path, hash }) => [path, hash]));
});
