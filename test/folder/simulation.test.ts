import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Disk, manualClock, seededRandom, sha256, systemDisk } from '../../src/base/index.ts';
import { memoryLog } from '../../src/fact/index.ts';
import { type Folder, memoryMarks, openFolder } from '../../src/folder/index.ts';
import { temporaryFolder } from '../fact/temporary-folder.ts';

const DOCUMENTS = ['a.md', 'memory/user_b.md'];
const LOG = 'log/2026-06/2026-06-05.jsonl';

const path = fc.constantFrom(...DOCUMENTS);
const content = fc.constantFrom('one\n', 'two\n', 'one\ntwo\n', 'three');
const step = fc.oneof(
  fc.record({ do: fc.constant('edit' as const), path, content }),
  fc.record({ do: fc.constant('delete' as const), path }),
  fc.record({ do: fc.constant('write' as const), path, content }),
  fc.record({ do: fc.constant('append' as const) }),
  fc.record({ do: fc.constant('append by hand' as const) }),
  fc.record({ do: fc.constant('reconcile' as const) }),
  fc.record({ do: fc.constant('lose the marks' as const) }),
  // The process dies at so many disk calls from now; another one goes on.
  fc.record({ do: fc.constant('die' as const), after: fc.integer({ min: 1, max: 6 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Death extends Error {}

/** A home in which people, a runtime and death do things in any order. */
class World {
  readonly root = temporaryFolder();
  readonly random = seededRandom('simulation');
  readonly clock = manualClock(0);
  marks = memoryMarks();
  diesAfter = Number.POSITIVE_INFINITY;
  lines = 0;
  /** Content that a runtime operation replaced, and so must be in the log. */
  readonly replaced = new Set<string>();
  /** Lines that were acknowledged, or written by hand. */
  readonly owed: string[] = [];
  readonly log = memoryLog({ clock: this.clock, random: this.random });

  disk(): Disk {
    const mortal = <A extends readonly unknown[], R>(work: (...args: A) => R) => {
      return (...args: A): R => {
        this.diesAfter -= 1;
        if (this.diesAfter <= 0) throw new Death();
        return work(...args);
      };
    };
    return {
      ...systemDisk,
      open: mortal(systemDisk.open),
      write: mortal(systemDisk.write),
      sync: mortal(systemDisk.sync),
      rename: mortal(systemDisk.rename),
    };
  }

  read(file: string): string | undefined {
    const full = join(this.root, file);
    return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  /** Runs a runtime operation, which may die, and notes what it replaced on disk. */
  async run(work: (folder: Folder) => Promise<unknown>): Promise<boolean> {
    const before = DOCUMENTS.map((file) => this.read(file));
    const { root, random, marks } = this;
    const folder = openFolder({ log: await this.log, root, disk: this.disk(), random, marks });
    let lived = true;
    try {
      await work(folder);
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      lived = false;
      this.diesAfter = Number.POSITIVE_INFINITY;
    }
    for (const [index, text] of before.entries()) {
      if (text !== undefined && text !== this.read(DOCUMENTS[index] as string)) {
        this.replaced.add(text);
      }
    }
    return lived;
  }

  async take(one: Step): Promise<void> {
    this.clock.advance(1_000_000);
    this.lines += 1;
    const line = `{"run_id":"${this.lines}"}`;
    if (one.do === 'edit') this.write(one.path, one.content);
    if (one.do === 'delete') rmSync(join(this.root, one.path), { force: true });
    if (one.do === 'die') this.diesAfter = one.after;
    if (one.do === 'lose the marks') this.marks = memoryMarks();
    if (one.do === 'reconcile') await this.run((folder) => folder.reconcile());
    if (one.do === 'write') {
      await this.run((folder) => folder.writeDocument(one.path, one.content));
    }
    if (one.do === 'append' && (await this.run((folder) => folder.appendEntry(LOG, line)))) {
      this.owed.push(line);
    }
    if (one.do === 'append by hand') {
      const old = this.read(LOG) ?? '';
      this.write(LOG, `${old}${old === '' || old.endsWith('\n') ? '' : '\n'}${line}\n`);
      this.owed.push(line);
    }
  }
}

test('whatever people, the runtime and death do: files and facts agree, and nothing seen is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const world = new World();
      for (const one of steps) await world.take(one);
      world.diesAfter = Number.POSITIVE_INFINITY;
      await world.run((folder) => folder.reconcile());
      const log = await world.log;
      const { root, random, marks } = world;
      const folder = openFolder({ log, root, disk: systemDisk, random, marks });
      expect(await folder.differences()).toEqual([]);
      expect(await folder.reconcile()).toMatchObject({
        changed: [],
        entries: [],
        finished: [],
        conflicts: [],
      });
      for (const text of world.replaced) {
        expect(await log.blobs.get(sha256(text)), JSON.stringify(text)).toBeDefined();
      }
      const lines = (world.read(LOG) ?? '').split('\n');
      for (const line of world.owed)
        expect(lines.filter((other) => other === line)).toEqual([line]);
      await log.close();
      rmSync(root, { recursive: true });
    }),
    { numRuns: 100 },
  );
});
