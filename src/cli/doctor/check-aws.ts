import type { Settings } from '../../conf/settings.ts';
import { openResources, type Resource, type Seen } from '../choose-place.ts';
import {
  anyArn,
  credentialsError,
  LOG_IN,
  lookAtAll,
  type Looks,
} from '../installation/look-at-all.ts';
import { printable } from '../render/printable.ts';
import { checkRights } from './check-rights.ts';
import type { Check } from './check.ts';
import { SHARED_ADVICE } from './shared-advice.ts';

const DENIED = /AccessDenied|AuthorizationError|UnauthorizedOperation|not authorized|\(403\)/u;
const BUILD = 'Set EC2_AMI_ID to an image of AWS_REGION; deploy/ami builds one.';
const MAY_LOOK =
  'feederd itself need not look at these. Whoever ran setup may: have them run doctor for the rest.';

/** How it is called here, where that is shorter. */
const NAMES: Partial<Record<Resource['kind'], string>> = {
  'security group': 'group',
  'role policy': 'policy',
  'instance profile': 'profile',
  'spot role': 'spot',
};

/** Whether what `setup` makes is there and as it should be, and whether feederd may use it. */
export async function checkAws(settings: Settings): Promise<readonly Check[]> {
  const opened = await openResources(settings);
  try {
    const looks = await lookAtAll(opened.resources, opened);
    const nobody = credentialsError(looks);
    if (nobody !== undefined) {
      const found = printable(nobody.message);
      return [{ name: 'AWS', verdict: 'problem', found, advice: LOG_IN }];
    }
    const checks = [...looks].flatMap(([resource, seen]) => toCheck(resource, seen));
    return [
      { name: 'AWS', verdict: 'ok', found: whereItIs(settings, looks) },
      ...checks,
      ...checkLooks(looks),
      ...(await checkRights(opened, looks)),
      ...opened.notes.map((found) => ({ name: 'note', verdict: 'warning' as const, found })),
    ];
  } finally {
    await opened.close();
  }
}

function whereItIs({ awsRegion = 'no region' }: Settings, looks: Looks): string {
  const account = anyArn(looks)?.split(':')[4];
  return account === undefined ? awsRegion : `${awsRegion}, account ${account}`;
}

function toCheck({ kind, name: of }: Resource, seen: Seen): readonly Check[] {
  const name = NAMES[kind] ?? kind;
  const what = `"${printable(of)}"`;
  switch (seen.state) {
    case 'there':
      return [{ name, verdict: 'ok', found: what }];
    case 'missing': {
      const advice = kind === 'image' ? BUILD : SHARED_ADVICE.setUp;
      return [{ name, verdict: 'problem', found: `there is no ${what}`, advice }];
    }
    case 'differs': {
      const advice = seen.canRepair
        ? SHARED_ADVICE.setUp
        : 'setup does not change it: that is for you to do.';
      const found = `${what} ${printable(seen.detail ?? 'differs')}`;
      return [{ name, verdict: 'problem', found, advice }];
    }
    case 'unknown': {
      // All of these are told of in one line.
      if (isDenied(seen)) return [];
      const found = `${what} could not be checked: ${printable(seen.error.message)}`;
      return [{ name, verdict: 'problem', found }];
    }
  }
}

/** What may not be looked at, in one line: feederd needs to use it, not to look at it. */
function checkLooks(looks: Looks): readonly Check[] {
  const denied = [...looks].filter(([, seen]) => isDenied(seen)).map(([{ name }]) => `"${name}"`);
  if (denied.length === 0) return [];
  const found = `not allowed at ${printable([...new Set(denied)].join(', '))}`;
  return [{ name: 'looking', verdict: 'warning', found, advice: MAY_LOOK }];
}

function isDenied(seen: Seen): boolean {
  return seen.state === 'unknown' && DENIED.test(seen.error.message);
}
