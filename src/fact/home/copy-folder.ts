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
  const headsPath = join(folder, 'heads');
  const ownHead = ownHeadFile(join(folder, 'head'), { disk, random });
  disk.makeFolder(folder);
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
    },
    heads: () => {
      const heads = parseHeads(headsPath, readChecked(headsPath, disk));
      const own = ownHead.read();
      if (own !== undefined && (heads.get(own.writer)?.seq ?? 0) < own.seq) {
        heads.set(own.writer, { seq: own.seq, id: own.id });
      }
      return heads;
    },
    sawOwn: (writer, head) => ownHead.write(writer, head),
    sawAll: (heads) => {
      const entries = [...heads].map(([writer, { seq, id }]) => [writer, { seq, id }] as const);
      writeChecked(headsPath, Object.fromEntries(entries), { disk, random });
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

interface OwnHead extends Head {
  readonly writer: string;
}

/**
 * The own head is written at every commit, so in place and without a sync: one block of fixed
 * width with its own check, smaller than a sector. After a power cut it may be older, which only
 * makes it less strict.
 */
function ownHeadFile(path: string, { disk, random }: Pick<CopyFolderOptions, 'disk' | 'random'>) {
  let fd: number | undefined;
  return {
    write(writer: string, { seq, id }: Head): void {
      const body = `${writer} ${String(seq).padStart(16, '0')} ${id}`;
      const line = Buffer.from(`${body} ${sha256(body).slice(0, 16)}\n`);
      if (fd === undefined && !disk.exists(path)) {
        writeFileAtomic(path, line, { disk, random, mode: 0o600 });
        return;
      }
      fd ??= disk.open(path, 'r+');
      disk.write(fd, line, 0);
    },
    read(): OwnHead | undefined {
      if (!disk.exists(path)) return undefined;
      const line = disk.readFile(path).toString('latin1');
      const body = line.slice(0, 32 + 1 + 16 + 1 + 64);
      if (line !== `${body} ${sha256(body).slice(0, 16)}\n`) throw stateDamaged(path);
      const [writer = '', seq = '', id = ''] = body.split(' ');
      return { writer, seq: Number(seq), id };
    },
    close(): void {
      if (fd !== undefined) disk.close(fd);
      fd = undefined;
    },
  };
}
