import { aggregateOperations } from './aggregates.ts';
import type { Operations } from './compiler.ts';
import { listOperations } from './lists.ts';
import { numberOperations } from './numbers.ts';
import { sequenceOperations } from './sequences.ts';
import { truthOperations } from './truths.ts';

/** Every operation a meaning may name, by the kind of its result. */
export const operations: Operations = Object.freeze({
  numbers: { ...numberOperations, ...aggregateOperations },
  lists: { ...listOperations, ...sequenceOperations },
  truths: truthOperations,
});

/** The kind of result each operation has. */
export const operationKinds: ReadonlyMap<string, 'number' | 'list' | 'truth'> = new Map([
  ...Object.keys(operations.numbers).map((name) => [name, 'number'] as const),
  ...Object.keys(operations.lists).map((name) => [name, 'list'] as const),
  ...Object.keys(operations.truths).map((name) => [name, 'truth'] as const),
]);
