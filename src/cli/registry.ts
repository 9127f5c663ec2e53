import { branch } from './commands/branch/group.ts';
import { caps } from './commands/caps/group.ts';
import { evaluation } from './commands/eval/group.ts';
import { fact } from './commands/fact/group.ts';
import { flux } from './commands/flux/group.ts';
import { goal } from './commands/goal/group.ts';
import { journal } from './commands/journal/group.ts';
import { keys } from './commands/keys/group.ts';
import { memory } from './commands/memory/group.ts';
import { outcome } from './commands/outcome/group.ts';
import { research } from './commands/research/group.ts';
import { trust } from './commands/trust/group.ts';
import { tune } from './commands/tune/group.ts';
import { type Entry, lazy } from './entry.ts';

/** All commands of `datum`, in the order `datum --help` lists them. */
export const commands: readonly Entry[] = Object.freeze<Entry[]>([
  lazy('boot', 'Make a home, or continue it where it stopped', () => import('./commands/boot.ts')),
  lazy('resume', 'What was going on, and what to do next', () => import('./commands/resume.ts')),
  lazy('status', 'State of the home on one screen', () => import('./commands/status.ts')),
  lazy('handoff', 'Close the session for the next one', () => import('./commands/handoff.ts')),
  lazy(
    'open',
    'Adopt a folder of agents, or a workshop, as it is',
    () => import('./commands/open.ts'),
  ),
  lazy('accept', 'Settle what two sides both wrote', () => import('./commands/accept.ts')),
  lazy('retire', 'Retire the agent: hand off for good', () => import('./commands/retire.ts')),

  lazy('run', 'Run an agent on a work item', () => import('./commands/run.ts')),
  lazy(
    'prompt',
    'The exact prompt of an agent, now or at any time',
    () => import('./commands/prompt.ts'),
  ),
  lazy('cron', 'Run the schedules of the agents', () => import('./commands/cron.ts')),
  lazy('runs', 'The runs of agents, newest last', () => import('./commands/runs.ts')),
  lazy('explain', 'A run as a story', () => import('./commands/explain.ts')),
  lazy('costs', 'What was spent, by day, model, agent or run', () => import('./commands/costs.ts')),
  caps,
  lazy(
    'alerts',
    'Caps that spending came near or passed, newest last',
    () => import('./commands/alerts.ts'),
  ),
  memory,
  lazy('skills', 'The skills of an agent', () => import('./commands/skills.ts')),
  goal,
  outcome,
  evaluation,
  research,
  tune,
  lazy(
    'dream',
    'Look through a memory; stage what should change',
    () => import('./commands/dream.ts'),
  ),
  lazy('models', 'What is usable here, and what it costs', () => import('./commands/models.ts')),

  fact,
  lazy('show', 'Everything known about an entity', () => import('./commands/show.ts')),
  lazy('history', 'Everything ever stated about it', () => import('./commands/history.ts')),
  lazy('find', 'Find entities by what holds for them', () => import('./commands/find.ts')),
  lazy('search', 'Full-text search over facts and documents', () => import('./commands/search.ts')),
  branch,
  lazy('restore', 'Bring documents back as they were', () => import('./commands/restore.ts')),
  lazy('checkpoint', 'Sign the history so far', () => import('./commands/checkpoint.ts')),
  lazy('recover', 'Bring back missing history', () => import('./commands/recover.ts')),
  lazy('accept-rollback', 'Go on without it', () => import('./commands/accept-rollback.ts')),
  lazy('erase', 'Forget private values for good', () => import('./commands/erase.ts')),
  keys,
  trust,
  lazy('export', 'Facts as JSON lines', () => import('./commands/export.ts')),
  lazy('import', 'State the facts of JSON lines', () => import('./commands/import.ts')),
  lazy('verify', 'Check that nobody changed the past', () => import('./commands/verify.ts')),
  lazy('log', 'Transactions, newest last', () => import('./commands/log.ts')),
  journal,

  lazy('pull', 'Take in the work of another clone', () => import('./commands/pull.ts')),
  lazy('push', 'Send this home to its remote', () => import('./commands/push.ts')),

  lazy(
    'think',
    'Answer a computational question by a verified program',
    () => import('./commands/think.ts'),
  ),
  lazy('evolve', 'Breed a program that does what cases show', () => import('./commands/evolve.ts')),
  flux,

  lazy('completion', 'Completion for bash, zsh and fish', async () => {
    const { completionOf } = await import('./commands/completion.ts');
    return { command: completionOf(commands) };
  }),
  lazy('merge-file', 'Join two versions (called by git)', () => import('./commands/merge-file.ts')),
]);
