import { join } from 'node:path';
import { writeFileAtomic } from '../base/index.ts';
import { GrowingTree, leafHash, logFilesOf, readChain, signCheckpoint } from '../proof/index.ts';
import { HomeError } from './error.ts';
import type { Home } from './home.ts';

export interface CheckpointMade {
  readonly writer: string;
  readonly size: number;
  /** In hex. */
  readonly root: string;
  /** Relative to the home. */
  readonly path: string;
}

/** Signs this writer's whole history so far; whoever keeps the file can hold it to that for ever. */
export async function makeCheckpoint(home: Home): Promise<CheckpointMade> {
  const { log, root: folder, machine } = home;
  await log.sync();
  const { signer } = log;
  if (signer === undefined || log.home === undefined) {
    throw new HomeError({
      code: 'home/nothing-to-sign',
      kind: 'usage',
      message: 'this working copy has written nothing yet',
      hint: 'boot it first: datum boot',
    });
  }
  const { writer } = signer;
  const { ids } = readChain(logFilesOf(folder, machine.disk), writer, { depth: 'chain' });
  const tree = new GrowingTree();
  for (const id of ids) tree.append(leafHash(Buffer.from(id, 'hex')));
  const root = tree.root();
  const checkpoint = { home: log.home, writer, size: ids.length, root };
  const path = `.datum/checkpoints/${writer}/${ids.length}`;
  writeFileAtomic(join(folder, path), signCheckpoint(checkpoint, signer), machine);
  return { writer, size: ids.length, root: Buffer.from(root).toString('hex'), path };
}
