import type { Sha256 } from '../../base/index.ts';
import type { Database, KeptRead } from '../../fact/index.ts';
import { entityName } from './entity-name.ts';

/** The documents of a home: hash of the content by path, in the order of the paths. */
export type DocumentList = ReadonlyMap<string, Sha256>;

const HASH = 'doc/hash';
const KIND = 'doc:';

/** All documents of a home. A list stays the same object as long as no document changes. */
export const documentList: KeptRead<DocumentList> = Object.freeze<KeptRead<DocumentList>>({
  attributes: [HASH],
  read: async (database: Database) => {
    const found = await database.find([{ e: { var: 'document' }, a: HASH, v: { var: 'hash' } }]);
    return sorted(
      found.map(({ document, hash }) => [entityName(document).slice(KIND.length), String(hash)]),
    );
  },
  fold: (list, facts) => {
    const changed = new Map(list);
    for (const { e, op, v } of facts) {
      const path = e.slice(KIND.length);
      if (op === 'retract') changed.delete(path);
      else changed.set(path, String(v));
    }
    return sorted(changed);
  },
});

const sorted = (documents: Iterable<readonly [string, Sha256]>): DocumentList =>
  new Map([...documents].sort(([one], [other]) => (one < other ? -1 : 1)));
