/**
 * A function whose module is loaded when it is first called, so that a command loads what it uses
 * and no more: a module takes a quarter of a millisecond.
 */
export const deferred =
  <Arguments extends readonly unknown[], Result>(
    load: () => Promise<(...args: Arguments) => Promise<Result>>,
  ) =>
  async (...args: Arguments): Promise<Result> =>
    (await load())(...args);
