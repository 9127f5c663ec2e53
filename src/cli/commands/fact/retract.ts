import { defineCommand } from '../../command.ts';
import { readAttribute, readEntity, readValue } from '../../value.ts';
import { conditionOptions, interval, write } from './assert.ts';

/** `datum fact retract` */
export const command = defineCommand({
  summary: 'State that something no longer holds',
  about: 'State that something no longer holds. What was known before stays in the log.',
  arguments: [
    { name: '<entity>', about: 'kind:name' },
    { name: '<attribute>', about: 'room/name' },
    { name: '[value]', about: 'JSON; needed only where an attribute has many values' },
  ],
  options: [
    { flags: '--valid-from <time>', about: 'since when it no longer holds (default: now)' },
    { flags: '--valid-to <time>', about: 'until when, exclusive (default: open)' },
    { flags: '--branch <name>', about: 'on this branch' },
    ...conditionOptions,
  ],
  examples: ['datum fact retract agent:harbor agent/mood'],
  run: (invocation) => {
    const [entity = '', attribute = '', value] = invocation.args;
    return write(invocation, {
      e: readEntity(entity),
      a: readAttribute(attribute),
      op: 'retract',
      ...(value === undefined ? {} : { v: readValue(value) }),
      ...interval(invocation),
    });
  },
});
