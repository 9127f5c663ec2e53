import { defineCommand } from '../command.ts';
import { close } from './handoff.ts';

/** `datum retire` */
export const command = defineCommand({
  summary: 'Retire the agent: hand off for good',
  about: 'Retire the agent. Its home stays readable; a later boot brings it back to work.',
  options: [{ flags: '--note <text>', about: 'what should be known about it' }],
  examples: ['datum retire --note "its work went to ada"'],
  run: (invocation) => close(invocation, 'retired'),
});
