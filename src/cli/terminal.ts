import { setImmediate } from 'node:timers/promises';
import { type InspectColor, styleText } from 'node:util';
import type { Json } from '../base/index.ts';
import type { GlobalOptions } from './global-options.ts';
import { onOneLine, shownOn } from './shown.ts';
import type { World } from './world.ts';

/** How a command speaks while it runs: styled text, lines of a stream, progress on a terminal. */
export interface Terminal {
  /** Text in a style where the person's terminal shows colour, plain elsewhere. */
  paint(style: InspectColor, text: string): string;
  /** One item of a stream: a line of text, or a line of JSON with `--format json`. */
  item(data: Json, text: string): void;
  /** A remark for people, on standard error; silent with `--quiet`. */
  note(text: string): void;
  /** What went wrong or was refused, on standard error; said with `--quiet` too. */
  warn(text: string): void;
  /** Shows `text` on a terminal once the work has lasted a second; cleared by the next output. */
  progress(text: string): void;
  /** Does a piece of work; on a terminal it is named, second by second, once it takes a while. */
  during<Result>(text: string, work: () => Promise<Result>): Promise<Result>;
  /** Clears what progress has left on the terminal. */
  done(): void;
}

const PROGRESS_AFTER_MICROS = 1_000_000;
const PROGRESS_EVERY_MICROS = 100_000;
const BEAT_MILLIS = 1_000;

export function createTerminal(
  world: World,
  options: Pick<GlobalOptions, 'format' | 'quiet'> & { readonly color: boolean },
): Terminal {
  const { stdout, stderr, clock, env } = world;
  const noColor = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const colored = options.color && stdout.isTerminal && !noColor && options.format === 'text';
  const started = clock.now();
  let shownAt = 0;
  const isShown = stderr.isTerminal && !options.quiet;
  const clear = (): void => {
    if (shownAt > 0) stderr.write('\r\x1b[K');
    shownAt = 0;
  };
  const show = (text: string): void => {
    const now = clock.now();
    if (!isShown || now - started < PROGRESS_AFTER_MICROS) return;
    if (now - shownAt < PROGRESS_EVERY_MICROS) return;
    shownAt = now;
    const line = onOneLine(shownOn(stderr, text));
    stderr.write(`\r\x1b[K${line.slice(0, Math.max(20, stderr.columns - 1))}`);
  };
  const warn = (text: string): void => {
    clear();
    stderr.write(shownOn(stderr, `${text}\n`));
  };
  return {
    paint: (style, text) => (colored ? styleText(style, text, { validateStream: false }) : text),
    item: (data, text) => {
      clear();
      const said = options.format === 'json' ? JSON.stringify(data) : text;
      stdout.write(shownOn(stdout, `${said}\n`));
    },
    note: options.quiet ? clear : warn,
    warn,
    progress: show,
    done: clear,
    during: async (text, work) => {
      const end = new AbortController();
      const beat = async (): Promise<void> => {
        while (!end.signal.aborted) {
          await clock.sleep(BEAT_MILLIS, end.signal).catch(() => undefined);
          // A clock that only counts must not keep everything else from running.
          await setImmediate();
          const seconds = Math.floor((clock.now() - started) / 1_000_000);
          if (!end.signal.aborted) show(`${text}, ${seconds} s`);
        }
      };
      if (isShown) void beat();
      try {
        return await work();
      } finally {
        end.abort();
        clear();
      }
    },
  };
}
