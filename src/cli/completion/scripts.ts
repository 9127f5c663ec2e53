import type { Place, Word } from './words.ts';

/** A shell whose completion is known. */
export type Shell = 'bash' | 'zsh' | 'fish';

const list = (words: readonly Word[]): string => words.map(({ word }) => word).join(' ');

const cases = (places: readonly Place[], line: (words: readonly Word[]) => string): string =>
  places.map(({ path, words }) => `    '${path}') ${line(words)} ;;`).join('\n');

/** Text in single quotes, for every shell here. */
const quoted = (text: string): string => `'${text.replaceAll("'", '’')}'`;

/** The words before the cursor that are commands: the longest path among those known. */
const bash = (places: readonly Place[]): string => `# datum completion for bash
_datum() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${places.map(({ path }) => path.replaceAll(' ', '/')).join(' ')} " in
      *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;;
    esac
  done
  case "\${path//\\// }" in
${cases(places, (words) => `words='${list(words)}'`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _datum datum datum-rt
`;

const zsh = (places: readonly Place[]): string => `#compdef datum datum-rt
# datum completion for zsh
_datum() {
  local -a paths described
  local at='' word
  paths=(${places.map(({ path }) => quoted(path)).join(' ')})
  for word in \${words[2,CURRENT-1]}; do
    (( \${paths[(Ie)\${at:+$at }$word]} )) && at="\${at:+$at }$word"
  done
  case "$at" in
${cases(places, (words) => `described=(${words.map(({ word, about }) => quoted(`${word}:${about.replaceAll(':', ' -')}`)).join(' ')})`)}
  esac
  _describe 'datum' described || _files
}
compdef _datum datum datum-rt
`;

const fish = (places: readonly Place[]): string => {
  const paths = places.map(({ path }) => quoted(path)).join(' ');
  const lines = places.flatMap(({ path, words }) =>
    words.map(
      ({ word, about }) =>
        `complete -c datum -n "__datum_at '${path}'" -a ${quoted(word)} -d ${quoted(about)}`,
    ),
  );
  return `# datum completion for fish
function __datum_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$at $word")
    contains -- $next ${paths}; and set at $next
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
};

/** The script of each shell for the places of a command line. */
export const scripts: Readonly<Record<Shell, (places: readonly Place[]) => string>> = Object.freeze(
  { bash, zsh, fish },
);
