import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const IMPORT = /^import \{([^{}]*)\} from ['"]([^'"]*\/index\.[jt]s)['"];/gm;
const EXPORT = /^export \{([^{}]*)\} from ['"]([^'"]*)['"];/gm;
const NAME = /^(\w+)(?: as (\w+))?$/;

/** The names of a list as `[own, given]`, types left aside; `undefined` where it holds anything else. */
function namesIn(list) {
  const parts = list.split(',').map((part) => part.trim());
  const values = parts.filter((part) => part !== '' && !part.startsWith('type '));
  const names = values.map((part) => NAME.exec(part));
  if (names.includes(null)) return undefined;
  return names.map(([, own, given = own]) => [own, given]);
}

/** Which file each name of a room's index comes from, and what it is called there. */
function placesIn(url) {
  const places = new Map();
  for (const [, list, from] of readFileSync(fileURLToPath(url), 'utf8').matchAll(EXPORT)) {
    const place = from.startsWith('.') ? new URL(from, url).href : from;
    for (const [own, given] of namesIn(list) ?? []) places.set(given, { own, place });
  }
  return places;
}

/**
 * Turns imports from a room's index into imports from the files that have what is named, so that no
 * others are loaded: each takes a quarter of a millisecond, and an index names all a room has. What an
 * index defines itself is still imported from it; lines stay where they are.
 */
export function roomImports() {
  const rooms = new Map();
  const placesOf = (url) => {
    const known = rooms.get(url) ?? placesIn(url);
    rooms.set(url, known);
    return known;
  };
  return (source, url) =>
    source.replace(IMPORT, (whole, list, from) => {
      const index = new URL(from, url).href;
      const names = namesIn(list);
      if (names === undefined) return whole;
      const found = names.map(([own, given]) => ({
        given,
        ...(placesOf(index).get(own) ?? { own, place: index }),
      }));
      const imports = [...Map.groupBy(found, ({ place }) => place)].map(([place, some]) => {
        const inside = some.map(({ own, given }) => `${own} as ${given}`).join(', ');
        return `import { ${inside} } from ${JSON.stringify(place)};`;
      });
      return imports.join(' ') + '\n'.repeat(whole.split('\n').length - 1);
    });
}
