import { type Disk, systemDisk } from '../../src/base/index.ts';

/** What becomes of one call: done, refused, or half of a write done and then refused. */
export type Fate = 'ok' | 'fail' | 'half';

/** A disk whose changing calls ask `fate` first; `count` numbers them from 1. */
export function faultyDisk(fate: (call: keyof Disk, count: number) => Fate): Disk {
  let count = 0;
  const ask = (call: keyof Disk): Fate => {
    count += 1;
    return fate(call, count);
  };
  const refuse = (call: keyof Disk): never => {
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), { code: 'ENOSPC' });
  };
  const guard =
    <A extends readonly unknown[], R>(call: keyof Disk, real: (...args: A) => R) =>
    (...args: A): R =>
      ask(call) === 'ok' ? real(...args) : refuse(call);
  return {
    ...systemDisk,
    write: (fd, content, position) => {
      // A kernel does not tear what overwrites part of one sector.
      const inPlace = position !== undefined && position + content.length <= systemDisk.size(fd);
      const half = inPlace && content.length < 512 ? 0 : content.length >> 1;
      const end = { ok: content.length, half, fail: 0 }[ask('write')];
      if (end > 0) systemDisk.write(fd, content.subarray(0, end), position);
      if (end < content.length) refuse('write');
    },
    sync: guard('sync', systemDisk.sync),
    syncData: guard('syncData', systemDisk.syncData),
    syncDataAside: async (fd) => guard('syncData', systemDisk.syncData)(fd),
    truncate: guard('truncate', systemDisk.truncate),
    rename: guard('rename', systemDisk.rename),
    makeFolder: guard('makeFolder', systemDisk.makeFolder),
  };
}
