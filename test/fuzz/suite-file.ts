import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { FluxError, interpreterRuntime, parseSuite, type Suite } from '../../src/flux/index.ts';
import { mutated, mutations } from './mutation.ts';

interface VectorFile {
  readonly vectors: readonly object[];
}

/** A file of the repository with every n-th of its vectors, and the key of its total. */
function sample(name: string, total: string, nth: number): object {
  const file = new URL(`../vectors/flux/${name}`, import.meta.url);
  const { vectors, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as VectorFile;
  const kept = vectors.filter((_, index) => index % nth === 0);
  return { ...rest, [total]: kept.length, vectors: kept };
}

const files = [
  sample('vectors-v2-builtin.json', 'total_vectors', 20),
  sample('vectors-v3-suite.json', 'total', 15),
  sample('vectors-register.json', 'total', 40),
];

function read(file: unknown): Suite | undefined {
  try {
    return parseSuite(JSON.stringify(file), 'mutated.json');
  } catch (error) {
    assert.ok(error instanceof FluxError, String(error));
    return undefined;
  }
}

/** A vector file changed in a few places is refused with a tagged error, or every vector of it runs. */
export const vectorFilesAreTagged = fc.property(
  fc.constantFrom(...files),
  mutations,
  (file, changes) => {
    for (const vector of read(changes.reduce<unknown>(mutated, file))?.vectors ?? []) {
      try {
        interpreterRuntime.run(vector);
      } catch (error) {
        assert.ok(error instanceof FluxError, String(error));
      }
    }
  },
);
