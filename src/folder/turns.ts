/** How work that must not meet comes to its turn. */
export interface Turns {
  /** Runs work while no other runs. */
  alone<Result>(hold: Hold, work: () => Promise<Result>): Promise<Result>;
  /** Runs work beside others of its kind, in the turn of one that is under way where nobody waits behind it. */
  together<Result>(hold: Hold, work: () => Promise<Result>): Promise<Result>;
}

/** Begins and ends a turn: what keeps other processes out meanwhile. */
export type Hold = <Result>(turn: () => Promise<Result>) => Promise<Result>;

/** So many share a turn, at most: others, in other processes too, must come to theirs. */
const SHARED_MAX = 100;

/** A turn that several share. */
interface Shared {
  /** Under way in it. */
  count: number;
  /** That have come to it. */
  joined: number;
  readonly begun: Promise<void>;
  readonly end: () => void;
}

/** Turns of this process, one after another. */
export function takingTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let open: Shared | undefined;
  const next = <Result>(hold: Hold, turn: () => Promise<Result>): Promise<Result> => {
    const done = last.then(() => hold(turn));
    last = done.catch(() => undefined);
    return done;
  };
  const share = (hold: Hold): Shared => {
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const turn = next(hold, () => {
      begun.resolve();
      return ended.promise;
    });
    turn.catch(begun.reject);
    return { count: 0, joined: 0, begun: begun.promise, end: ended.resolve };
  };
  return {
    alone: (hold, work) => {
      open = undefined;
      return next(hold, work);
    },
    together: async (hold, work) => {
      open ??= share(hold);
      const turn = open;
      turn.count += 1;
      turn.joined += 1;
      if (turn.joined === SHARED_MAX) open = undefined;
      try {
        await turn.begun;
        return await work();
      } finally {
        turn.count -= 1;
        if (turn.count === 0) {
          if (open === turn) open = undefined;
          turn.end();
        }
      }
    },
  };
}
