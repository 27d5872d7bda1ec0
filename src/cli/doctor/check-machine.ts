import type { Check } from './check.ts';

export function checkNode(): Check {
  return { name: 'Node', verdict: 'ok', found: `${process.versions.node}  ${process.execPath}` };
}
