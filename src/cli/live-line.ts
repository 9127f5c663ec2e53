import type { World } from './world.ts';

/** One line at the bottom of a terminal that lives while something goes on. */
export interface LiveLine {
  /** Draws the line from now on, several times a second, with a frame of a spinner. */
  start(text: (frame: string) => string): void;
  /** Draws it now, if it was not drawn just before. */
  draw(): void;
  /** Writes something where the cursor is, with the line out of the way. */
  above(write: () => void): void;
  stop(): void;
}

export interface LiveLineOptions {
  readonly world: World;
  /** Something else is written to the same screen: the line keeps below the cursor. */
  readonly sharesScreen: boolean;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const FIRST_AFTER_MILLIS = 300;
const EVERY_MILLIS = 100;

/** ECMA-48 and DEC sequences that every terminal emulator of today knows. */
const CLEAR_BELOW = '\x1b[J';
const CLEAR_LINE = '\r\x1b[K';
/** Makes room for a line below the cursor: IND keeps the column and scrolls at the bottom. */
const ROOM_BELOW = '\x1bD\x1b[A';
const SAVE = '\x1b7';
const RESTORE = '\x1b8';

/** A live line on standard error; `undefined` where that is no terminal that can draw one. */
export function liveLine({ world, sharesScreen }: LiveLineOptions): LiveLine | undefined {
  const { stderr, clock, env } = world;
  if (!stderr.isTerminal || env['TERM'] === 'dumb') return undefined;
  const stopped = new AbortController();
  let textOf: ((frame: string) => string) | undefined;
  let frame = 0;
  let drawnAt = 0;
  let isShown = false;
  let isReady = false;

  const hide = (): void => {
    if (isShown) stderr.write(sharesScreen ? CLEAR_BELOW : CLEAR_LINE);
    isShown = false;
  };
  const show = (): void => {
    if (textOf === undefined || !isReady) return;
    const text = cut(textOf(FRAMES[frame % FRAMES.length] as string), stderr.columns - 1);
    drawnAt = clock.now();
    isShown = true;
    stderr.write(
      sharesScreen
        ? `${ROOM_BELOW}${SAVE}\x1b[B${CLEAR_LINE}${text}${RESTORE}`
        : `${CLEAR_LINE}${text}`,
    );
  };
  const turn = async (): Promise<void> => {
    await clock.sleep(FIRST_AFTER_MILLIS, stopped.signal);
    isReady = true;
    while (!stopped.signal.aborted) {
      frame += 1;
      show();
      await clock.sleep(EVERY_MILLIS, stopped.signal);
    }
  };
  return {
    start: (text) => {
      textOf = text;
      turn().catch(() => undefined);
    },
    draw: () => {
      if (isReady && clock.now() - drawnAt >= EVERY_MILLIS * 1000) show();
    },
    above: (write) => {
      hide();
      write();
      show();
    },
    stop: () => {
      stopped.abort();
      hide();
      textOf = undefined;
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room on screen.
const COLOUR = /\x1b\[[0-9;]*m/g;

/** A text on one line of a width; a longer one loses its colour with its end. */
function cut(text: string, width: number): string {
  const plain = text.replace(COLOUR, '');
  return plain.length <= width ? text : plain.slice(0, Math.max(0, width));
}
