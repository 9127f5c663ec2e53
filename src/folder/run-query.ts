/** Which lines of the run logs are asked for. */
export interface RunQuery {
  readonly agent?: string;
  /** Days, `YYYY-MM-DD`, both included. */
  readonly from?: string;
  readonly to?: string;
}

/** A query as SQL over a table with `agent` and `day`, and its parameters. */
export function filterOf({ agent, from, to }: RunQuery) {
  const parts = [
    ['agent = ?', agent],
    ['day >= ?', from],
    ['day <= ?', to],
  ] as const;
  const used = parts.filter(([, value]) => value !== undefined);
  return {
    where: ['day is not null', ...used.map(([sql]) => sql)].join(' and '),
    parameters: used.map(([, value]) => value as string),
  };
}
