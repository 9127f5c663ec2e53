import { formatInstant, type Micros } from '../base/index.ts';
import type { Outlook } from './outlook.ts';

/** What the printed part of TRAIL.md says. */
export interface TrailState {
  readonly agent: string;
  readonly updated: Micros;
  readonly focus: readonly string[];
  readonly completed: readonly string[];
  readonly pending: readonly string[];
}

const BEGIN = '<!-- datum:begin, printed from facts; write above or below, not between -->';
const END = '<!-- datum:end -->';

/**
 * The text of TRAIL.md with its printed part renewed and everything around it kept. A trail that
 * someone else began keeps all its text and gets the printed part at its end; a merge that left the
 * printed part twice leaves it once.
 *
 * @example
 * const state = { agent: 'ada', updated: 0, focus: ['x'], completed: [], pending: [] };
 * renewTrail('mine\n', state).startsWith('mine\n\n<!-- datum:begin'); // => true
 */
export function renewTrail(current: string | undefined, state: TrailState): string {
  const printed = `${BEGIN}\n${body(state)}${END}\n`;
  if (current === undefined || current.trim() === '')
    return `# Trail of ${state.agent}\n\n${printed}`;
  const first = current.indexOf(BEGIN);
  const last = current.lastIndexOf(END);
  if (first < 0 || last < first) return `${current.replace(/\n*$/, '\n')}\n${printed}`;
  return current.slice(0, first) + printed + current.slice(last + END.length).replace(/^\n/, '');
}

const body = ({ updated, focus, completed, pending }: TrailState): string =>
  [
    `Last updated: ${formatInstant(updated).slice(0, 19)}Z`,
    '',
    ...section('Current Focus', focus, 'Nothing yet.'),
    ...section('Completed', completed, 'Nothing yet.'),
    ...section('Pending', pending, 'Nothing is open.'),
  ].join('\n');

const section = (title: string, items: readonly string[], none: string): readonly string[] => [
  `## ${title}`,
  '',
  ...(items.length === 0
    ? [none]
    : items.map((item) => `- ${item.replaceAll(/\s+/g, ' ').trim()}`)),
  '',
];

const SHOWN_SESSIONS = 5;

/** What the trail says of an outlook: a function of facts and files alone, equal in every clone. */
export function trailOf(outlook: Outlook): TrailState {
  const [latest] = outlook.sessions;
  const ended = outlook.sessions.filter(({ note }) => note !== undefined).slice(0, SHOWN_SESSIONS);
  return {
    agent: outlook.agent,
    updated: latest?.ended ?? latest?.started ?? 0,
    focus: [...(latest?.note === undefined ? [] : [latest.note]), ...outlook.inProgress],
    completed: [
      ...outlook.done,
      ...ended.map(({ ended: at = 0, note }) => `${formatInstant(at).slice(0, 10)}: ${note}`),
    ],
    pending: outlook.open,
  };
}
