import type { JsonObject } from '../../base/index.ts';
import type { TakeIn } from '../../fact/index.ts';

/** What a take-in brought, for people; no line when it brought nothing. */
export function takeInLines({ arrived, conflicts, ahead, problems }: TakeIn): readonly string[] {
  return [
    ...arrived.map(
      ({ writer, from, to }) =>
        `${to - from + 1} transactions of writer ${writer.slice(0, 12)} (${from} to ${to})`,
    ),
    ...conflicts.map(
      ({ e, a, winner, loser }) =>
        `conflict: ${e} ${a}: ${winner.slice(0, 12)} stands, ${loser.slice(0, 12)} does not`,
    ),
    ...ahead.map(({ id }) => `${id.slice(0, 12)} was written by a clock that runs ahead`),
    ...problems.map(({ message, hint }) => `not taken in: ${message} (${hint})`),
  ];
}

/** What a take-in brought, for programs. */
export const takeInData = ({ arrived, conflicts, ahead, problems }: TakeIn): JsonObject => ({
  arrived: arrived.map((each) => ({ ...each })),
  conflicts: conflicts.map((each) => ({ ...each })),
  ahead: ahead.map(({ id }) => id),
  problems: problems.map(({ code, message }) => ({ code, message })),
});
