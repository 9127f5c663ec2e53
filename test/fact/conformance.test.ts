import { describe, test } from 'vitest';
import { conformance, type OpenEmptyLog } from '../../src/fact/conformance/index.ts';
import { memoryLog, openLog } from '../../src/fact/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const stores: Readonly<Record<string, OpenEmptyLog>> = {
  memory: (world) => memoryLog(world),
  home: (world) => {
    const home = temporaryFolder();
    return openLog({ home, env: { DATUM_STATE: `${home}/state` }, ...world });
  },
};

describe.each(Object.entries(stores))('the %s store', (_, open) => {
  test.each(conformance)('$name', ({ run }) => run(open));
});
