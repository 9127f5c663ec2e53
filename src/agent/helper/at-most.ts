/** The tasks, of which at most `count` run at a time; they begin in their order. */
export function atMost<T>(
  count: number,
  tasks: readonly (() => Promise<T>)[],
): readonly (() => Promise<T>)[] {
  let running = 0;
  const waiting: (() => void)[] = [];
  return tasks.map((task) => async () => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      // The place goes to the next one, or is free again.
      if (next === undefined) running -= 1;
      else next();
    }
  });
}
