import { addBullet, bulletsOf, sectionsOf } from './sections.ts';
import { appendLines, printSource, readSource, type SourceText } from './source-text.ts';

/** `roster.md`: the agents this one may delegate to (atomic-runtime §2.4). */
export interface Roster {
  readonly source: SourceText;
  readonly delegates: readonly string[];
}

export function parseRoster(content: Uint8Array | string, file: string): Roster {
  const source = readSource(content, file);
  const delegates = delegateSections(source)
    .flatMap((section) => bulletsOf(source, section))
    .map(({ text }) => agentIn(text))
    .filter((name) => name !== '');
  return { source, delegates: [...new Set(delegates)] };
}

/** The text of a roster, byte for byte as read. */
export const printRoster = ({ source }: Roster): string => printSource(source);

/** The roster with one more agent; unchanged when it is there. */
export function addDelegate(roster: Roster, name: string): Roster {
  const { source } = roster;
  if (roster.delegates.includes(name)) return roster;
  const section = delegateSections(source).at(-1);
  const edited =
    section === undefined
      ? appendLines(source, ['', '## Delegate to', '', `- ${name}`])
      : addBullet(source, section, name);
  return parseRoster(printSource(edited), source.file);
}

const delegateSections = (source: SourceText) =>
  sectionsOf(source).filter(({ heading }) => /^delegate to$/i.test(heading));

/** The name before its explanation: `editor — proofreads`, `**editor** (proofs)`, `editor, proofs`. */
const agentIn = (text: string): string => {
  const [before = ''] = text.split(/\s(?=—|--|–|- |\(|,)/, 1);
  const [word = ''] = before.trim().split(/\s/, 1);
  return word.replaceAll(/[`*]/g, '').replace(/[,;:]+$/, '');
};
