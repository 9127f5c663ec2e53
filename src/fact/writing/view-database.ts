import type { Clock } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { FactIndex } from '../fact-index.ts';
import type { Database, Point } from '../log.ts';

/** The reads of a view; `find`, `causes`, search and projections come with the index's own database. */
export function viewDatabase(index: FactIndex, point: Point, clock: Clock): Database {
  const now = clock.now();
  const id = index.known();
  const head = id === undefined ? undefined : index.locate(id);
  const valid = point.valid ?? Math.max(now, head?.at ?? now);
  const known = point.known ?? id;
  const view = index.view({ ...point, valid, ...(known === undefined ? {} : { known }) }, now);
  return {
    known: id,
    valid,
    branch: point.branch,
    get: async (e, a) => view.get(e, a),
    entity: async (e) => view.entity(e),
    datoms: async function* (match) {
      yield* view.datoms(match);
    },
    history: async (e, a) => view.history(e, a),
    causes: async () => {
      throw notYet('causes');
    },
    find: async () => {
      throw notYet('find');
    },
  };
}

export const notYet = (what: string): FactError =>
  new FactError({
    code: 'fact/not-yet',
    message: `${what} is not there yet`,
    hint: 'update datum',
  });
