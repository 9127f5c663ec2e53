import { parentPort, workerData } from 'node:worker_threads';
import { systemDisk } from '../../base/index.ts';
import { verifierOf } from '../key-pair.ts';
import { checkSegment } from './checked-segment.ts';
import { type AheadOrder, CELL } from './read-ahead.ts';
import { openSegments } from './segments.ts';

/** Reads and checks segments one after the other, a few ahead of who takes them. */
function readAhead({ cells, folder, last, port, publicKey, writer }: AheadOrder): void {
  const disk = systemDisk;
  const segments = openSegments(folder, disk);
  const verify = verifierOf(publicKey);
  const first = Atomics.load(cells, CELL.reader) + 2;
  Atomics.store(cells, CELL.first, first);
  for (let segment = first; segment <= last; segment += 1) {
    const taken = Atomics.load(cells, CELL.taken);
    const isFull = Atomics.load(cells, CELL.ready) - taken >= AHEAD_MAX;
    if (isFull && Atomics.wait(cells, CELL.taken, taken, IDLE_MILLIS_MAX) === 'timed-out') return;
    const bytes = new Uint8Array(disk.readFile(segments.path(writer, segment)));
    const checked = checkSegment(bytes, { segment, verify, writer });
    port.postMessage(checked, checked === undefined ? [] : [bytes.buffer]);
    Atomics.add(cells, CELL.ready, 1);
    Atomics.notify(cells, CELL.ready);
    if (checked === undefined) return;
  }
}

/** Segments that wait, at most: 4 MiB. */
const AHEAD_MAX = 16;
/** After so long nobody takes any more. */
const IDLE_MILLIS_MAX = 60_000;

if (parentPort !== null) readAhead(workerData as AheadOrder);
