import type { Arrival, WriterStream } from './writer-stream.ts';

/**
 * All streams together in order `(at, id)`, which puts a transaction after all it has seen. A stream
 * that is stopped while its arrival is out is dropped.
 */
export function* inOrder(
  streams: Iterable<WriterStream>,
): Generator<readonly [Arrival, WriterStream]> {
  const heap = [...streams].filter((stream) => stream.peek() !== undefined);
  for (let at = (heap.length >> 1) - 1; at >= 0; at -= 1) sink(heap, at);
  for (;;) {
    const first = heap[0];
    const arrival = first?.peek();
    if (first === undefined || arrival === undefined) return;
    yield [arrival, first];
    first.advance();
    if (first.peek() === undefined) {
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) heap[0] = last;
    }
    sink(heap, 0);
  }
}

/** Restores the heap below a place (a binary heap, smallest first). */
function sink(heap: WriterStream[], from: number): void {
  let at = from;
  for (;;) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && before(heap[child], heap[least])) least = child;
    }
    if (least === at) return;
    const moved = heap[at] as WriterStream;
    heap[at] = heap[least] as WriterStream;
    heap[least] = moved;
    at = least;
  }
}

function before(one: WriterStream | undefined, other: WriterStream | undefined): boolean {
  const a = one?.peek();
  const b = other?.peek();
  if (a === undefined || b === undefined) return b === undefined && a !== undefined;
  return a.at === b.at ? a.id < b.id : a.at < b.at;
}
