/** A piece of JavaScript to run in a sandbox, and its limits. */
export interface SandboxTask {
  readonly source: string;
  /** JSON text; the code sees its value as `input`. */
  readonly input: string;
  readonly timeoutMillis: number;
  readonly memoryBytesMax: number;
  readonly stackBytesMax: number;
  /** Of what it prints, in UTF-16 units. */
  readonly outputLengthMax: number;
}

/** What came of it: the value of its last expression as JSON text, or an error. */
export interface SandboxAnswer {
  readonly value?: string;
  readonly error?: string;
  readonly output: string;
  readonly cut: boolean;
  readonly timedOut: boolean;
}
