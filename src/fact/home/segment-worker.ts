import { parentPort, workerData } from 'node:worker_threads';
import { type Disk, systemDisk } from '../../base/index.ts';
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
    const bytes = read(segments.path(writer, segment), disk);
    const checked = bytes && checkSegment(bytes, { segment, verify, writer });
    port.postMessage(checked, bytes && checked ? [bytes.buffer] : []);
    Atomics.add(cells, CELL.ready, 1);
    Atomics.notify(cells, CELL.ready);
    if (checked === undefined) return;
  }
}

/** Whoever takes what cannot be read reads it too, and says why. */
function read(path: string, disk: Disk): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(disk.readFile(path));
  } catch {
    return undefined;
  }
}

/** Segments that wait, at most: 4 MiB. */
const AHEAD_MAX = 16;
/** After so long nobody takes any more. */
const IDLE_MILLIS_MAX = 60_000;

if (parentPort !== null) readAhead(workerData as AheadOrder);
