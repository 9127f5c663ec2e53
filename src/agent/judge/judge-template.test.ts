import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillJudgeTemplate } from './judge-template.ts';

const names = ['rubric', 'test_input', 'agent_response'] as const;

test('literal JSON braces stay, placeholders do not', () => {
  const template = '{rubric}\nOutput {"score": {"a": [1, {}]}}\n{test_input} {agent_response}';
  const filled = fillJudgeTemplate(template, { rubric: 'R', test_input: 'I', agent_response: 'A' });
  expect(filled).toBe('R\nOutput {"score": {"a": [1, {}]}}\nI A');
});

test('what the template has no place for follows under its own heading', () => {
  expect(fillJudgeTemplate('Judge.', { agent_response: 'A' })).toBe(
    'Judge.\n\n## Agent response\n\nA',
  );
});

test('a placeholder nothing fills is refused with the names that would do', () => {
  expect(() => fillJudgeTemplate('{agent_respons}', { agent_response: 'A' })).toThrow(
    expect.objectContaining({ code: 'agent/bad-judge-template' }),
  );
});

test('every value is in the prompt word for word, whatever braces and dollars it has', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('{rubric}', '{agent_response}', '$&', '$1', '{"score": 1}', '{{rubric}}'),
  );
  fc.assert(
    fc.property(
      fc.record({ rubric: value, test_input: value, agent_response: value }),
      fc.subarray([...names]),
      (values, used) => {
        const template = used.map((name) => `<${name}>{${name}}</${name}>`).join('\n');
        const filled = fillJudgeTemplate(`{"x": 1}\n${template}`, values);
        expect(filled.startsWith('{"x": 1}')).toBe(true);
        for (const name of names) {
          const expected = used.includes(name)
            ? `<${name}>${values[name]}</${name}>`
            : `\n\n${values[name]}`;
          expect(filled).toContain(expected);
        }
      },
    ),
  );
});
