import type { AwsResources } from '../choose-place.ts';
import type { Looks } from '../installation/look-at-all.ts';
import { printable } from '../render/printable.ts';
import type { Check } from './check.ts';
import { SHARED_ADVICE } from './shared-advice.ts';

const name = 'rights';

/** Which calls of feederd AWS refuses to whoever runs this: to be run where feederd runs, as feederd does. */
export async function checkRights(opened: AwsResources, looks: Looks): Promise<readonly Check[]> {
  const isGone = new Set(
    [...looks].filter(([, { state }]) => state === 'missing').map(([each]) => keyOf(each)),
  );
  // What is not there cannot be used, and that has been said.
  const probes = opened.probes.filter((probe) => !isGone.has(keyOf(probe)));
  const tried = await Promise.all(
    probes.map(async (probe) => ({ ...probe, ...(await opened.tryProbe(probe)) })),
  );
  const bad = tried.flatMap((each): readonly Check[] => {
    switch (each.outcome) {
      case 'allowed':
        return [];
      case 'denied': {
        const found = `${each.action} lacks, for ${each.kind} "${printable(each.name)}"`;
        return [{ name, verdict: 'problem', found, advice: SHARED_ADVICE.giveRights }];
      }
      case 'failed':
        return [{ name, verdict: 'problem', found: printable(each.error) }];
    }
  });
  const allowed = tried.filter(({ outcome }) => outcome === 'allowed').map(({ action }) => action);
  const found = `may ${[...new Set(allowed)].join(', ')}. Not tried, for it leaves a trace: ${opened.notTried.join(', ')}`;
  return allowed.length === 0 ? bad : [...bad, { name, verdict: 'ok', found }];
}

function keyOf(thing: { readonly kind: string; readonly name: string }): string {
  return `${thing.kind} ${thing.name}`;
}
