import { isJsonObject, type Json, type JsonObject } from '../base/index.ts';
import { appendSubGoal, type GoalFile, setGoalField, setSubGoal } from '../folder/index.ts';
import { WorkError } from './error.ts';
import { checkGoal, type Goal, type SubGoal, subGoalStates } from './goal.ts';

/** The goal that a `goal.md` says (atomic-runtime §14). Throws `work/bad-goal` and names what is wrong. */
export function goalOfFile(
  file: GoalFile,
  of: { readonly agent: string; readonly id: string },
): Goal {
  const { fields } = file;
  const at = (key: string): string | undefined => textAt(fields, key);
  const priority = PRIORITIES.find((each) => each === at('priority'));
  if (at('intent') === undefined) throw badGoal(file, '`intent` is missing');
  if (priority === undefined) throw badGoal(file, '`priority` must be high, medium or low');
  const list = fields['sub_goals'] ?? [];
  if (!Array.isArray(list)) throw badGoal(file, '`sub_goals` is not a list');
  const deadline = at('deadline');
  const archived = fields['active'] === false ? (at('archive_reason') ?? 'inactive') : undefined;
  return checkGoal({
    ...of,
    intent: at('intent') ?? '',
    priority,
    created: at('created') ?? '',
    ...(deadline === undefined ? {} : { deadline }),
    successCriteria: textsAt(fields, 'success_criteria'),
    subGoals: list.map((each) => subGoalOf(file, each)),
    ...(archived === undefined ? {} : { archived }),
  });
}

const PRIORITIES = ['high', 'medium', 'low'] as const;

function subGoalOf(file: GoalFile, value: Json): SubGoal {
  const item = isJsonObject(value) ? value : {};
  const id = textAt(item, 'id');
  if (id === undefined) throw badGoal(file, 'a sub-goal without `id`');
  const status = subGoalStates.find((each) => each === (textAt(item, 'status') ?? 'pending'));
  if (status === undefined) {
    throw badGoal(file, `\`status\` of ${id} must be one of ${subGoalStates.join(', ')}`);
  }
  const found = OPTIONAL.flatMap(([field, key]) => {
    const text = textAt(item, key);
    return text === undefined ? [] : [[field, text] as const];
  });
  const criteria = textsAt(item, 'acceptance_criteria');
  return {
    id,
    label: textAt(item, 'label') ?? id,
    status,
    ...Object.fromEntries(found),
    ...(criteria.length === 0 ? {} : { acceptanceCriteria: criteria }),
  };
}

const OPTIONAL = [
  ['blockedBy', 'blocked_by'],
  ['completed', 'completed'],
  ['output', 'output'],
  ['assigned', 'assigned'],
  ['deadline', 'deadline'],
  ['body', 'body'],
] as const;

/** The file with what became of a goal: only the lines that changed are written anew. */
export function fileOfGoal(file: GoalFile, from: Goal, to: Goal): GoalFile {
  let changed = file;
  for (const next of to.subGoals) {
    const old = from.subGoals.find(({ id }) => id === next.id);
    if (old === undefined) changed = appendSubGoal(changed, itemFields(next));
    else if (old !== next) changed = setSubGoal(changed, next.id, differences(old, next));
  }
  if (to.archived !== undefined && from.archived === undefined) {
    changed = setGoalField(changed, 'active', false);
    changed = setGoalField(changed, 'archive_reason', to.archived);
  }
  return changed;
}

type Item = Record<string, string | readonly string[] | undefined>;

const itemFields = (item: SubGoal): Item => ({
  id: item.id,
  label: item.label,
  status: item.status,
  ...Object.fromEntries(OPTIONAL.map(([field, key]) => [key, item[field]])),
  acceptance_criteria: item.acceptanceCriteria,
});

function differences(old: SubGoal, next: SubGoal): Item {
  const before = itemFields(old);
  const entries = Object.entries(itemFields(next)).filter(
    ([key, value]) => JSON.stringify(before[key]) !== JSON.stringify(value),
  );
  return Object.fromEntries(entries);
}

/** Text of a field; a day may come as YAML has it. */
function textAt(fields: JsonObject, key: string): string | undefined {
  const value = fields[key];
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

const textsAt = (fields: JsonObject, key: string): readonly string[] => {
  const value = fields[key];
  return Array.isArray(value) ? value.map(String) : [];
};

const badGoal = ({ source }: GoalFile, message: string): WorkError =>
  new WorkError({
    code: 'work/bad-goal',
    kind: 'usage',
    message: `${source.file}: ${message}`,
    hint: 'correct it by hand; nothing was changed',
    data: { file: source.file },
  });
