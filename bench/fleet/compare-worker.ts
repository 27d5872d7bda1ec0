import { parentPort, workerData } from 'node:worker_threads';
import { compare, type Compared } from './compare.ts';
import { POLICIES } from './policies/all.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has none
parentPort?.postMessage(await compare(POLICIES, workerData as Compared));
