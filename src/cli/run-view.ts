import type { RunOptions, RunSpend } from '../agent/index.ts';
import type { Json } from '../base/index.ts';
import { type LiveLine, liveLine } from './live-line.ts';
import type { Terminal } from './terminal.ts';
import type { World } from './world.ts';

/** Shows a run while it lasts: its answer as it arrives, its tools, and a line of what it does and costs. */
export interface RunView {
  readonly options: Required<Pick<RunOptions, 'onText' | 'onStep' | 'onTool' | 'onSpend'>>;
  /** Takes the line away; true when the answer was shown already. */
  end(): boolean;
}

export interface RunViewOptions {
  readonly world: World;
  readonly terminal: Terminal;
  /** False where standard output is for data alone. */
  readonly showsText: boolean;
  readonly quiet: boolean;
}

export function runView({ world, terminal, showsText, quiet }: RunViewOptions): RunView {
  const { stdout, stderr, clock } = world;
  const streams = showsText && stdout.isTerminal;
  const began = clock.now();
  let step = 'starting';
  let spend: RunSpend | undefined;
  const said = new Said();
  const line = quiet ? undefined : liveLine({ world, sharesScreen: stdout.isTerminal });
  const status = (frame: string): string => {
    const seconds = Math.floor((clock.now() - began) / 1_000_000);
    const cost = spend === undefined ? '' : ` · ${spend.estimated ? '~' : ''}${usd(spend)}`;
    return terminal.paint('dim', `${frame} ${step} · ${seconds}s${cost}`);
  };
  line?.start(status);
  const write = (text: string): void => above(line, () => stdout.write(text));
  return {
    options: {
      onText: (text) => {
        step = 'answering';
        if (streams) write(said.next(printable(text)));
      },
      onStep: (text) => {
        step = oneLine(text);
        line?.draw();
      },
      onTool: ({ name, input }) => {
        step = `using ${oneLine(name)}`;
        if (!streams) return;
        write(said.break());
        if (quiet) return;
        above(line, () => stderr.write(`${terminal.paint('cyan', toolLine(name, input))}\n`));
      },
      onSpend: (now) => {
        spend = now;
        line?.draw();
      },
    },
    end: () => {
      line?.stop();
      if (streams) stdout.write(said.break());
      // The terminal has put a ^C where the cursor was.
      if (world.signal.aborted && stderr.isTerminal) stderr.write('\n');
      return streams && said.something;
    },
  };
}

const above = (line: LiveLine | undefined, write: () => void): void =>
  line === undefined ? write() : line.above(write);

const usd = ({ usd: amount }: RunSpend): string => `${amount.toFixed(4)} USD`;

const TOOL_LENGTH_MAX = 100;

function toolLine(name: string, input: Json): string {
  const text = oneLine(JSON.stringify(input));
  const shown = text.length > TOOL_LENGTH_MAX ? `${text.slice(0, TOOL_LENGTH_MAX)}…` : text;
  return `  › ${oneLine(name)} ${shown}`;
}

/** What a model says must not steer the terminal: control characters are left out, but for line ends and tabs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant.
const printable = (text: string): string => text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');

const oneLine = (text: string): string => printable(text).replaceAll(/\s+/g, ' ');

/** What stands on the screen of an answer: turns are set apart by a line, and none begins with one. */
class Said {
  something = false;
  #atLineStart = true;
  #isNewTurn = false;

  next(text: string): string {
    if (text === '') return '';
    const gap = this.#isNewTurn && this.something ? '\n' : '';
    this.something = true;
    this.#isNewTurn = false;
    this.#atLineStart = text.endsWith('\n');
    return gap + text;
  }

  /** Ends the line that was begun. */
  break(): string {
    this.#isNewTurn = true;
    const end = this.#atLineStart ? '' : '\n';
    this.#atLineStart = true;
    return end;
  }
}
