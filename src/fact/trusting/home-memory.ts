import { type KeyCabinet, memoryCabinet } from '../sealing/subject-keys.ts';

/** What a machine remembers of a home, whatever its working copies: whose facts count here. */
export interface HomeMemory {
  /** Writers made on this machine. */
  readonly own: ReadonlySet<string>;
  /** Writers named as trusted on this machine. */
  readonly named: ReadonlySet<string>;
  /** Writers that one of these vouched for when this was last looked at. */
  readonly vouched: ReadonlySet<string>;
}

export const NOTHING: HomeMemory = Object.freeze({
  own: new Set<string>(),
  named: new Set<string>(),
  vouched: new Set<string>(),
});

/** Where a {@link HomeMemory} is kept. */
export interface HomeMemories {
  read(home: string): HomeMemory;
  write(home: string, memory: HomeMemory): void;
  /** The keys of its private values. */
  cabinet(home: string): KeyCabinet;
}

/** Memories that end with the process. */
export function memoryMemories(): HomeMemories {
  const memories = new Map<string, HomeMemory>();
  const cabinets = new Map<string, KeyCabinet>();
  return {
    cabinet: (home) => {
      const cabinet = cabinets.get(home) ?? memoryCabinet();
      cabinets.set(home, cabinet);
      return cabinet;
    },
    read: (home) => memories.get(home) ?? NOTHING,
    write: (home, memory) => {
      memories.set(home, memory);
    },
  };
}
