import { parentPort, workerData } from 'node:worker_threads';
import { Islands, type Order } from './archipelago.ts';
import type { IslandOptions } from './island.ts';

/** The body of one thread of a search: islands that wait for orders. */
const islands = new Islands(workerData as readonly IslandOptions[]);
parentPort?.on('message', (order: Order) => parentPort?.postMessage(islands.carryOut(order)));
