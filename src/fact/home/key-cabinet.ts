import { join } from 'node:path';
import { type AtomicWrite, isEntity } from '../../base/index.ts';
import type { SubjectKey } from '../sealing/seal.ts';
import type { KeyCabinet, KeyState } from '../sealing/subject-keys.ts';
import { readChecked, stateDamaged, writeChecked } from './checked-file.ts';

/**
 * The subject keys of a home in the machine's state: `<folder>/<key id>`, readable by its owner alone. A
 * destroyed key's file is overwritten before it is replaced by the mark that it was there.
 */
export function openKeyCabinet(folder: string, { disk, random }: AtomicWrite): KeyCabinet {
  const read = (id: string): KeyState | undefined => {
    const path = join(folder, id);
    const value = readChecked(path, disk);
    if (value === undefined) return undefined;
    if (value['destroyed'] === true) return 'destroyed';
    const { secret, subject } = value;
    const isKey = typeof secret === 'string' && /^[0-9a-f]{64}$/.test(secret);
    if (!isKey || typeof subject !== 'string' || !isEntity(subject)) throw stateDamaged(path);
    return { id, subject, secret: Buffer.from(secret, 'hex') };
  };
  return {
    find: (id) => (/^[0-9a-f]{32}$/.test(id) ? read(id) : undefined),
    all: () => {
      const names = disk.exists(folder) ? disk.list(folder) : [];
      const states = names.filter((name) => /^[0-9a-f]{32}$/.test(name)).map(read);
      return states.filter(
        (state): state is SubjectKey => state !== undefined && state !== 'destroyed',
      );
    },
    put: ({ id, secret, subject }) => {
      const value = { subject, secret: Buffer.from(secret).toString('hex') };
      writeChecked(join(folder, id), value, { disk, random });
    },
    destroy: (id) => {
      const path = join(folder, id);
      if (disk.exists(path)) overwrite(path);
      writeChecked(path, { destroyed: true }, { disk, random });
    },
  };

  function overwrite(path: string): void {
    const fd = disk.open(path, 'r+');
    try {
      disk.write(fd, Buffer.alloc(disk.size(fd)), 0);
      disk.sync(fd);
    } finally {
      disk.close(fd);
    }
  }
}
