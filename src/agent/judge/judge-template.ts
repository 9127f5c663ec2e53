import { AgentError } from '../error.ts';

/** The data of a judge's prompt, by the name of its placeholder. */
export type JudgeValues = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{([a-z][a-z0-9_]*)\}/g;

/**
 * A judge's prompt with its data in it (atomic-runtime §15). Only `{name}` of a known name is a
 * placeholder, so literal JSON braces stay; what is put in is never looked at again. Data that the
 * template has no place for follows under a heading of its own: no judge decides without it. Throws
 * `agent/bad-judge-template` for a `{name}` that nothing fills.
 *
 * @example
 * fillJudgeTemplate('Rate {answer} as {"score": 1}', { answer: '{x}' }); // => 'Rate {x} as {"score": 1}'
 */
export function fillJudgeTemplate(template: string, values: JudgeValues): string {
  const unknown = placeholdersOf(template).filter((name) => values[name] === undefined);
  if (unknown.length > 0) throw badTemplate(unknown, Object.keys(values));
  const used = new Set(placeholdersOf(template));
  const filled = template.replace(PLACEHOLDER, (_, name: string) => values[name] ?? '');
  const rest = Object.entries(values).filter(([name]) => !used.has(name));
  return [filled.trimEnd(), ...rest.map(([name, value]) => `## ${titleOf(name)}\n\n${value}`)].join(
    '\n\n',
  );
}

const placeholdersOf = (template: string): readonly string[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);

/** `test_input` is `Test input`. */
const titleOf = (name: string): string => {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const badTemplate = (unknown: readonly string[], known: readonly string[]): AgentError =>
  new AgentError({
    code: 'agent/bad-judge-template',
    kind: 'usage',
    message: `the judge's prompt has ${unknown.map((name) => `{${name}}`).join(', ')}, which nothing fills`,
    hint: `use ${known.map((name) => `{${name}}`).join(', ')}; write braces that mean themselves with a space, { so }`,
    data: { unknown, known },
  });
