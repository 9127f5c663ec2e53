import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads';
import type { CheckedSegment } from './checked-segment.ts';

/** Segments of a writer that another thread reads and checks while this one takes them in. */
export interface ReadAhead {
  /** The segment when the other thread has it or is at it; `undefined`: it is yours to read. */
  take(segment: number): CheckedSegment | undefined;
  stop(): void;
}

/** A {@link ReadAhead} on a thread of its own. */
export interface ReadingThread extends ReadAhead {
  /** Whether the thread has begun. */
  readonly isAhead: boolean;
}

/** Whose segments are read ahead, up to the last one that is closed. */
export interface AheadOptions {
  readonly folder: string;
  readonly writer: string;
  readonly publicKey: string;
  readonly last: number;
}

export interface AheadOrder extends AheadOptions {
  readonly cells: Int32Array<SharedArrayBuffer>;
  readonly port: MessagePort;
}

/** What both threads see: where the taker is, where the other one began, how many are ready and taken. */
export const CELL = Object.freeze({ reader: 0, first: 1, ready: 2, taken: 3 });

/** Longer than any segment takes. */
const WAIT_MILLIS_MAX = 10_000;

export function startReadAhead(options: AheadOptions): ReadingThread {
  const cells = new Int32Array(new SharedArrayBuffer(4 * Object.keys(CELL).length));
  const { port1, port2 } = new MessageChannel();
  const file = `./segment-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: { ...options, cells, port: port2 } satisfies AheadOrder,
    transferList: [port2],
  });
  // Nothing is lost with it: whatever it does not bring is read here.
  worker.on('error', () => {});
  worker.unref();
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    port1.close();
    void worker.terminate();
  };
  /** The next one it sends, waited for. */
  const next = (): CheckedSegment | undefined => {
    for (;;) {
      const ready = Atomics.load(cells, CELL.ready);
      const received = receiveMessageOnPort(port1);
      if (received !== undefined) {
        Atomics.add(cells, CELL.taken, 1);
        Atomics.notify(cells, CELL.taken);
        return received.message as CheckedSegment | undefined;
      }
      if (Atomics.wait(cells, CELL.ready, ready, WAIT_MILLIS_MAX) === 'timed-out') return undefined;
    }
  };
  return {
    get isAhead() {
      return Atomics.load(cells, CELL.first) > 0;
    },
    stop,
    take: (segment) => {
      if (isOver || segment > options.last) return undefined;
      // It begins two after the one it sees here, so none is read twice or by nobody.
      Atomics.store(cells, CELL.reader, segment);
      const first = Atomics.load(cells, CELL.first);
      if (first === 0 || segment < first) return undefined;
      let found = next();
      while (found !== undefined && found.segment < segment) found = next();
      if (found?.segment === segment) return found;
      stop();
      return undefined;
    },
  };
}
