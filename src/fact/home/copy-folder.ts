import { join } from 'node:path';
import {
  type Disk,
  isJsonObject,
  isSha256,
  type JsonObject,
  type Random,
  sha256,
  writeFileAtomic,
} from '../../base/index.ts';
import { isWriter, type KeyPair, keyPairOf } from '../key-pair.ts';
import { readChecked, stateDamaged, writeChecked } from './checked-file.ts';
import type { CopyRecord, CopyState, Head } from './machine-state.ts';
import { openOwnHead } from './own-head.ts';

export interface CopyFolderOptions {
  readonly disk: Disk;
  readonly random: Random;
  /** The root of the machine's state, see `stateRoot`. */
  readonly root: string;
  /** The `.datum` folder of the working copy; it must exist. */
  readonly datum: string;
}

/** A copy's state in a folder. */
export interface CopyFolder extends CopyState {
  readonly folder: string;
}

/** The state of the working copy at `datum`, in `<root>/copies/<hash of real path and inode>/`. */
export function copyFolder({ disk, random, root, datum }: CopyFolderOptions): CopyFolder {
  const path = disk.realpath(datum);
  const inode = String(disk.lstat(path, { bigint: true }).ino);
  const folder = join(root, 'copies', sha256(`${path}\0${inode}`).slice(0, 32));
  const recordPath = join(folder, 'copy');
  const headPath = join(folder, 'head');
  const headsPath = join(folder, 'heads');
  const ownHead = openOwnHead(headPath, { disk, random });
  return {
    folder,
    record: () => parseRecord(recordPath, readChecked(recordPath, disk)),
    remember: (record) => writeChecked(recordPath, { ...record, path, inode }, { disk, random }),
    key: (writer) => {
      const keyPath = join(folder, `${writer}.key`);
      return disk.exists(keyPath) ? parseKey(keyPath, writer, disk) : undefined;
    },
    keepKey: ({ writer, seed }) => {
      const text = `${Buffer.from(seed).toString('hex')}\n`;
      writeFileAtomic(join(folder, `${writer}.key`), text, { disk, random, mode: 0o600 });
      ownHead.begin(writer);
    },
    heads: () => {
      const heads = parseHeads(headsPath, readChecked(headsPath, disk));
      const own = ownHead.read();
      if (own !== undefined && (heads.get(own.writer)?.seq ?? 0) < own.seq) {
        heads.set(own.writer, { seq: own.seq, id: own.id });
      }
      return heads;
    },
    headsVersion: () => {
      if (!disk.exists(headsPath)) return undefined;
      return disk.readFile(headsPath).toString('latin1', 0, 64);
    },
    ownHead: () => ownHead.read(),
    sawOwn: (writer, head) => ownHead.write({ writer, ...head }),
    sawAll: (heads) => {
      const entries = [...heads].map(([writer, { seq, id }]) => [writer, { seq, id }] as const);
      writeChecked(headsPath, Object.fromEntries(entries), { disk, random });
    },
    forgetIndex: () => {
      const record = parseRecord(recordPath, readChecked(recordPath, disk));
      const instance = Buffer.from(random.bytes(16)).toString('hex');
      if (record !== undefined) {
        writeChecked(recordPath, { ...record, instance, path, inode }, { disk, random });
      }
    },
    forget: () => {
      ownHead.close();
      for (const file of [recordPath, headsPath, headPath]) disk.remove(file);
    },
    close: () => ownHead.close(),
  };
}

function parseRecord(path: string, value: JsonObject | undefined): CopyRecord | undefined {
  if (value === undefined) return undefined;
  const { home, instance, writer } = value;
  if (typeof instance !== 'string') throw stateDamaged(path);
  if (home !== undefined && typeof home !== 'string') throw stateDamaged(path);
  if (writer !== undefined && !isWriter(writer)) throw stateDamaged(path);
  return {
    instance,
    ...(home === undefined ? {} : { home }),
    ...(writer === undefined ? {} : { writer }),
  };
}

function parseKey(path: string, writer: string, disk: Disk): KeyPair {
  const text = disk.readFile(path).toString('latin1');
  if (!/^[0-9a-f]{64}\n$/.test(text)) throw stateDamaged(path);
  const key = keyPairOf(Buffer.from(text.slice(0, 64), 'hex'));
  if (key.writer !== writer) throw stateDamaged(path);
  return key;
}

function parseHeads(path: string, value: JsonObject | undefined): Map<string, Head> {
  const heads = new Map<string, Head>();
  for (const [writer, head] of Object.entries(value ?? {})) {
    if (!isJsonObject(head)) throw stateDamaged(path);
    const { seq, id } = head;
    if (typeof seq !== 'number' || typeof id !== 'string' || !isSha256(id))
      throw stateDamaged(path);
    heads.set(writer, { seq, id });
  }
  return heads;
}
