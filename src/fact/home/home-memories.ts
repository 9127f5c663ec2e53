import { join } from 'node:path';
import { type AtomicWrite, isSha256, type Json, type JsonObject } from '../../base/index.ts';
import { isWriter } from '../key-pair.ts';
import { type HomeMemories, type HomeMemory, NOTHING } from '../trusting/home-memory.ts';
import { readChecked, stateDamaged, writeChecked } from './checked-file.ts';
import { openKeyCabinet } from './key-cabinet.ts';

/** Memories in the machine's state folder: `<root>/homes/<home id>/trust`. */
export function openHomeMemories(root: string, { disk, random }: AtomicWrite): HomeMemories {
  const pathOf = (home: string): string => join(root, 'homes', home, 'trust');
  return {
    cabinet: (home) => openKeyCabinet(join(root, 'homes', home, 'keys'), { disk, random }),
    read: (home) => {
      if (!isSha256(home)) return NOTHING;
      const path = pathOf(home);
      const value = readChecked(path, disk);
      if (value === undefined) return NOTHING;
      return {
        own: writers(value, 'own', path),
        named: writers(value, 'named', path),
        vouched: writers(value, 'vouched', path),
      };
    },
    write: (home, memory) => {
      const sorted = (name: keyof HomeMemory): readonly string[] => [...memory[name]].sort();
      const value = { own: sorted('own'), named: sorted('named'), vouched: sorted('vouched') };
      writeChecked(pathOf(home), value, { disk, random });
    },
  };
}

function writers(value: JsonObject, name: string, path: string): ReadonlySet<string> {
  const list: Json = value[name] ?? [];
  if (!Array.isArray(list) || !list.every(isWriter)) throw stateDamaged(path);
  return new Set<string>(list);
}
