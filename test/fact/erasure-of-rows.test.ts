import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { decodeTransaction, FactIndex } from '../../src/fact/index.ts';
import { ownedBy, ScriptedWriter, type Written } from './scripted-writer.ts';

const SECRET = 'the meadow behind the mill';

/** Sealed values come clear from a store that has their key. */
const unsealed = (written: Written): Written => ({
  ...written,
  facts: written.facts.map(({ sealed, ...fact }) =>
    sealed === undefined ? fact : { ...fact, sealed, v: SECRET },
  ),
});

test('a value written over is gone from every row and file of the index', () => {
  const folder = mkdtempSync(join(tmpdir(), 'datum-erase-'));
  try {
    const db = new DatabaseSync(join(folder, 'local.sqlite'));
    db.exec('pragma journal_mode = wal; pragma secure_delete = on');
    const index = new FactIndex(db, { decode: (bytes) => decodeTransaction(bytes) });
    const ada = new ScriptedWriter('ada');
    const sealed = sha256('ciphertext');
    ada.write({
      now: 1,
      facts: [
        { e: 'attr:user/diary', a: 'attribute/private', v: true },
        { e: 'attr:user/places', a: 'attribute/private', v: true },
        { e: 'attr:user/places', a: 'attribute/cardinality', v: 'many' },
        { e: 'attr:user/places', a: 'attribute/indexed', v: true },
      ],
    });
    const told = ada.write({
      now: 2,
      facts: [
        { e: 'user:ada', a: 'user/diary', sealed },
        { e: 'user:ada', a: 'user/places', sealed, validFrom: 'always', validTo: 9 },
      ],
    });
    index.apply(ownedBy(ada, ada.chain.map(unsealed)));
    const view = () => index.view({}, 3);
    expect(view().get('user:ada', 'user/diary')).toBe(SECRET);
    expect(view().get('user:ada', 'user/places')).toEqual([SECRET]);
    const erased = { $erased: sealed };
    index.replaceValue(told.id, 0, erased);
    index.replaceValue(told.id, 1, erased);
    expect(view().get('user:ada', 'user/diary')).toEqual(erased);
    expect(view().get('user:ada', 'user/places')).toEqual([erased]);
    expect(index.view({ valid: 9 }, 3).get('user:ada', 'user/places')).toBe(undefined);
    expect(view().entitiesHolding('user/places', SECRET)).toEqual([]);
    expect(view().entitiesHolding('user/places', erased)).toEqual(['user:ada']);
    db.exec('pragma wal_checkpoint(truncate)');
    for (const file of readdirSync(folder)) {
      expect(readFileSync(join(folder, file)).includes('meadow'), file).toBe(false);
    }
    db.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
