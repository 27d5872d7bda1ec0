import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { processStart } from './process-start.ts';

/** Who this process is, among all that ever ran anywhere. */
export function ownIdentity(): string {
  const { pid } = process;
  return [namespace(), pid, processStart(pid)].join(' ');
}

/** Whether it is known that a process has ended: true only of those that ran here. */
export function isGone(identity: string): boolean {
  const [where, pid, start] = identity.split(' ');
  return where === namespace() && processStart(Number(pid)) !== start;
}

/** Where a pid means the same process: this machine, and in it this container. */
function namespace(): string {
  try {
    return `${hostname()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // no Linux, no containers
  }
}
