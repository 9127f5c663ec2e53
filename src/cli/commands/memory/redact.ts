import { redactKept, versionsOf } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { writeHome } from '../../session.ts';

/** `datum memory redact` */
export const command = defineCommand({
  summary: 'Replace the body of a kept version',
  about:
    'The file of the version keeps its front matter and loses its body. The log still holds the old ' +
    'text: what must be forgotten altogether has to be private from the start.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<note>', about: 'the file name of the note' },
    { name: '[version]', about: 'first 8 digits of its hash; lists the versions when absent' },
  ],
  examples: ['datum memory redact harbor user_reading_habits.md 1f2e3d4c'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [agent = '', file = '', hash] = invocation.args;
      const snapshot = await home.agent(agent).snapshot();
      if (hash === undefined) {
        const versions = versionsOf(snapshot, file).map((version) => ({ ...version }));
        const text = versions.map((version) => `${version.hash}  ${version.path}`).join('\n');
        if (text === '' && (await snapshot.read(`memory/${file}`)) === undefined) {
          throw usageError(`${agent} knows no note ${file}`, `see: datum memory list ${agent}`);
        }
        return { data: versions, text: text === '' ? `no version of ${file} was kept` : text };
      }
      const now = home.machine.clock.now();
      const write = { by: home.by, why: { source: 'memory redact' } };
      const path = await redactKept({ folder: home.folder, snapshot, write, now }, { file, hash });
      await home.commit(`memory: a version of ${file} redacted`);
      return { data: { agent, file, path }, text: `${path} is redacted` };
    }),
});
