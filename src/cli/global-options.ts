/** Options every command takes. */
export interface GlobalOptions {
  /** The home folder; the nearest one above the current folder when absent. */
  readonly home: string | undefined;
  readonly format: 'text' | 'json';
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly readOnly: boolean;
}
