import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'datum-'));
let count = 0;

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A new empty folder that is removed after the test file. */
export function temporaryFolder(): string {
  count += 1;
  const folder = join(root, String(count));
  mkdirSync(folder);
  return folder;
}
