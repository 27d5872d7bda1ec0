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
  return `${hostname()}/${pidNamespace()}`;
}

/** The number of the namespace that this process has its pid in: every container has one of its own. */
export function pidNamespace(): string {
  try {
    return /\d+/u.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0'; // no Linux, no containers
  }
}
