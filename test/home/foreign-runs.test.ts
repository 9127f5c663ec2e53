import { expect, test } from 'vitest';
import { restoreOutcome, saveBegun } from '../../src/agent/outcome/outcome-state.ts';
import {
  answer,
  defineOperation,
  liveHandler,
  openRecorder,
  perform,
  within,
} from '../../src/effect/index.ts';
import type { Log } from '../../src/fact/index.ts';
import { z } from '../../src/spec/index.ts';
import { newCopy } from '../fact/copies.ts';

const text = z.string();
const ask = defineOperation({ name: 'demo/ask', kind: 'external', input: text, output: text });

/** A program of two steps, of which a process does so many; every answer is signed with a name. */
async function work(log: Log, name: string, steps: number): Promise<readonly string[]> {
  const recorder = await openRecorder({ log, run: 'r1' });
  const live = liveHandler('world', [answer(ask, async (what) => `${name}: ${what}`)]);
  return within([...recorder.handlers, live], async () => {
    const answers: string[] = [];
    for (const what of ['first', 'second'].slice(0, steps)) answers.push(await perform(ask, what));
    await recorder.close();
    return answers;
  });
}

test('a step that a writer nobody trusts recorded is not served to a resumed run', async () => {
  const ada = newCopy({ trusting: false });
  await ada.with((log) => work(log, 'ada', 1));
  const eve = newCopy({ of: ada, skew: 1000 });
  expect(await eve.with((log) => work(log, 'eve', 2))).toEqual(['ada: first', 'eve: second']);
  ada.pull(eve);
  await ada.with(async (log) => {
    await expect(work(log, 'ada', 2)).rejects.toMatchObject({
      code: 'effect/unknown-writer',
      kind: 'refused',
    });
    const [stranger] = (await log.trust.writers()).filter(({ trust }) => trust === 'unknown');
    await log.trust.add([stranger?.writer ?? '']);
    expect(await work(log, 'ada', 2)).toEqual(['ada: first', 'eve: second']);
  });
});

test('an outcome that a writer nobody trusts began is not gone on with', async () => {
  const ada = newCopy({ trusting: false });
  const begun = { request: {}, judgeModel: 'm', started: '', before: [] };
  await ada.with((log) => saveBegun(log, 'outcome-1', begun));
  const eve = newCopy({ of: ada, skew: 1000 });
  await eve.with((log) => saveBegun(log, 'outcome-2', begun));
  ada.pull(eve);
  await ada.with(async (log) => {
    expect((await restoreOutcome(log, 'outcome-1')).begun).toEqual(begun);
    await expect(restoreOutcome(log, 'outcome-2')).rejects.toMatchObject({
      code: 'effect/unknown-writer',
    });
  });
});
