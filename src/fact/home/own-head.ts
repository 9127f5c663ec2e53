import { type AtomicWrite, sha256, writeFileAtomic } from '../../base/index.ts';
import { stateDamaged } from './checked-file.ts';
import type { Head } from './machine-state.ts';

export interface OwnHead extends Head {
  readonly writer: string;
}

/** The file that holds the newest transaction of a copy's own writer. */
export interface OwnHeadFile {
  /** Makes the file where there is none, under the lock: two that make it at once would not see each other. */
  begin(writer: string): void;
  /** `undefined` before the first transaction. */
  read(): OwnHead | undefined;
  /** Moves forward only: another process may have been faster. */
  write(head: OwnHead): void;
  close(): void;
}

/** `<writer> <seq> <id> <check>` and a newline, of fixed width. */
const BODY = 32 + 1 + 16 + 1 + 64;
const WIDTH = BODY + 1 + 16 + 1;
/** What stands there before the first transaction. */
const NOTHING: Head = Object.freeze({ seq: 0, id: '0'.repeat(64) });

/**
 * The own head is written at every commit, so in place and without a sync: one block smaller than a
 * sector, with its own check. After a power cut it may be older, which only makes it less strict.
 */
export function openOwnHead(path: string, { disk, random }: AtomicWrite): OwnHeadFile {
  let fd: number | undefined;
  let reading: number | undefined;
  /** What was last read or written here: as long as it stands there is nothing to parse. */
  let last: { readonly block: string; readonly head: OwnHead } | undefined;
  const look = (): string => {
    reading ??= disk.open(path, 'r');
    const block = Buffer.alloc(WIDTH + 1);
    return block.toString('latin1', 0, disk.read(reading, block, 0));
  };
  const stated = (): OwnHead | undefined => {
    if (reading === undefined && !disk.exists(path)) return undefined;
    // A write by another process may be under way at the first look.
    for (let looks = 0; looks < 3; looks += 1) {
      const block = look();
      const head = block === last?.block ? last.head : parse(block);
      if (head === undefined) continue;
      last = { block, head };
      return head;
    }
    throw stateDamaged(path);
  };
  const make = (head: OwnHead): void =>
    writeFileAtomic(path, print(head), { disk, random, mode: 0o600 });
  return {
    begin: (writer) => {
      if (stated() === undefined) make({ writer, ...NOTHING });
    },
    read: () => {
      const head = stated();
      return head?.seq === NOTHING.seq ? undefined : head;
    },
    write: (head) => {
      const block = print(head);
      const before = stated();
      if (before === undefined) make(head);
      else if (before.writer !== head.writer || before.seq < head.seq) {
        fd ??= disk.open(path, 'r+');
        disk.write(fd, Buffer.from(block, 'latin1'), 0);
        last = { block, head };
      }
    },
    close: () => {
      for (const each of [fd, reading]) if (each !== undefined) disk.close(each);
      fd = undefined;
      reading = undefined;
    },
  };
}

function print({ writer, seq, id }: OwnHead): string {
  const body = `${writer} ${String(seq).padStart(16, '0')} ${id}`;
  return `${body} ${sha256(body).slice(0, 16)}\n`;
}

function parse(block: string): OwnHead | undefined {
  const [writer = '', seq = '', id = ''] = block.slice(0, BODY).split(' ');
  const head = { writer, seq: Number(seq), id };
  return print(head) === block ? head : undefined;
}
