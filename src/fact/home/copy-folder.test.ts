import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Disk, seededRandom, sha256, systemDisk } from '../../base/index.ts';
import { generateKeyPair } from '../key-pair.ts';
import { copyFolder } from './copy-folder.ts';

test('two processes that write the first transactions of a writer see each other ever after', () => {
  const random = seededRandom('copy');
  const datum = mkdtempSync(join(tmpdir(), 'datum-'));
  const root = join(datum, 'state');
  const key = generateKeyPair(random);
  const { writer } = key;
  const head = (seq: number) => ({ seq, id: sha256(String(seq)) });
  let meanwhile: (() => void) | undefined;
  const disk: Disk = {
    ...systemDisk,
    rename: (from, to) => {
      meanwhile?.();
      meanwhile = undefined;
      systemDisk.rename(from, to);
    },
  };
  const one = copyFolder({ disk: systemDisk, random, root, datum });
  const other = copyFolder({ disk, random, root, datum });
  one.keepKey(key);
  expect(other.ownHead()).toBeUndefined();
  meanwhile = () => {
    one.sawOwn(writer, head(1));
    one.ownHead();
  };
  other.sawOwn(writer, head(2));
  other.sawOwn(writer, head(3));
  expect(one.ownHead()).toEqual({ writer, ...head(3) });
  one.sawOwn(writer, head(4));
  expect(other.ownHead()).toEqual({ writer, ...head(4) });
  for (const each of [one, other]) each.close();
});
