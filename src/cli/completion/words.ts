import type { Entry, LazyCommand } from '../entry.ts';

/** One word that may stand at a place of a command line. */
export interface Word {
  readonly word: string;
  readonly about: string;
}

/** A place on the command line: the commands before it, and what may follow. */
export interface Place {
  /** Empty at the beginning; `fact assert` after these two words. */
  readonly path: string;
  readonly words: readonly Word[];
}

const GLOBAL: readonly Word[] = [
  { word: '--home', about: 'the home folder' },
  { word: '--format', about: 'text or json' },
  { word: '--quiet', about: 'print results and errors only' },
  { word: '--verbose', about: 'print more of what happens' },
  { word: '--no-color', about: 'no colour' },
  { word: '--read-only', about: 'change nothing' },
  { word: '--help', about: 'show help' },
];

/** Every place of the command line, in the order of the registry; loads every command. */
export async function placesOf(registry: readonly Entry[]): Promise<readonly Place[]> {
  const start = [...registry.map(wordOf), { word: '--version', about: 'print the version' }];
  return [{ path: '', words: [...start, ...GLOBAL] }, ...(await placesBelow('', registry))];
}

async function placesBelow(path: string, entries: readonly Entry[]): Promise<readonly Place[]> {
  const places: Place[] = [];
  for (const entry of entries) {
    const here = `${path} ${entry.name}`.trim();
    if ('commands' in entry) {
      const own = entry.bare === undefined ? [] : await optionsOf(entry.bare);
      places.push({ path: here, words: [...entry.commands.map(wordOf), ...own, ...GLOBAL] });
      places.push(...(await placesBelow(here, entry.commands)));
    } else {
      places.push({ path: here, words: [...(await optionsOf(entry)), ...GLOBAL] });
    }
  }
  return places;
}

const optionsOf = async (entry: LazyCommand): Promise<readonly Word[]> =>
  ((await entry.load()).command.options ?? []).flatMap(optionWords);

const wordOf = ({ name, summary }: Entry): Word => ({ word: name, about: summary });

/** `-n, --limit <count>` may be written in two ways. */
const optionWords = ({ flags, about }: { readonly flags: string; readonly about: string }) =>
  [...flags.matchAll(/(?<![\w-])--?[\w-]+/g)].map(([word]) => ({ word, about }));
