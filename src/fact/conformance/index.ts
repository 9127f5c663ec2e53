/** `fact/conformance`: what every store of the log must do, as cases a test runs; no program needs them. */
export type { ConformanceCase, OpenEmptyLog } from './case.ts';
export { conformance } from './cases.ts';
