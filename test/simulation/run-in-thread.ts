import { Worker } from 'node:worker_threads';

/** Has a module work on `request` in a thread of its own. @returns what it posts */
export function runInThread<Result>(module: URL, request: unknown): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(module, {
      workerData: request,
      execArgv: ['-C', 'media-nommer:source'],
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
