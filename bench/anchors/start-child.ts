import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ended } from '../../test/process/installation.ts';

export interface Child<Message> {
  readonly process: ChildProcess;
  /** What it said when it was ready. */
  readonly first: Message;
  /** The next message it sends. Rejects when it ends before. */
  next(): Promise<Message>;
  close(): Promise<void>;
}

/** Starts a module of this folder as a process, and waits for its first message */
export async function startChild<Message>(
  module: string,
  args: readonly string[],
): Promise<Child<Message>> {
  const child = fork(join(import.meta.dirname, module), [...args], {
    execArgv: ['-C', 'media-nommer:source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const over = new AbortController();
  child.once('exit', () => over.abort(new Error(`${module} has ended`)));
  const next = async () => {
    const [message] = (await once(child, 'message', { signal: over.signal })) as [Message];
    return message;
  };
  return {
    process: child,
    first: await next(),
    next,
    async close() {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}
