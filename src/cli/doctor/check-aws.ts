import type { Settings } from '../../conf/settings.ts';
import { toNommerError } from '../../core/errors.ts';
import { openResources } from '../choose-place.ts';
import { printable } from '../render/printable.ts';
import type { Check } from './check.ts';

type Resource = ReturnType<typeof openResources>['resources'][number];

interface Look {
  readonly resource: Resource;
  readonly found: 'there' | 'missing' | { readonly error: string };
}

/** What AWS says when it does not know who asks. */
const NOBODY =
  /CredentialsProviderError|Could not load credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|InvalidAccessKeyId|AuthFailure/u;
const DENIED = /AccessDenied|UnauthorizedOperation|not authorized|Forbidden|\b403\b/u;

/** By kind of resource: how it is called here, and the right that it takes to look at it. */
const KINDS: Readonly<Record<string, { readonly name: string; readonly right: string }>> = {
  table: { name: 'table', right: 'dynamodb:DescribeTable' },
  queue: { name: 'queue', right: 'sqs:GetQueueUrl' },
  bucket: { name: 'bucket', right: 's3:ListBucket' },
  'security group': { name: 'group', right: 'ec2:DescribeSecurityGroups' },
  image: { name: 'image', right: 'ec2:DescribeImages' },
  role: { name: 'role', right: 'iam:GetRole' },
  'role policy': { name: 'policy', right: 'iam:GetRolePolicy' },
  'instance profile': { name: 'profile', right: 'iam:GetInstanceProfile' },
};

/** Whether what `setup` makes is there, and may be looked at. */
export async function checkAws(settings: Settings): Promise<readonly Check[]> {
  const opened = openResources(settings);
  try {
    const looks = await Promise.all(opened.resources.map(lookAt));
    const nobody = looks.map(errorOf).find((error) => NOBODY.test(error));
    if (nobody !== undefined) {
      const advice =
        'Give this machine a role, log in (AWS_PROFILE, SSO), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
      return [{ name: 'AWS', verdict: 'problem', found: printable(nobody), advice }];
    }
    return looks.map(toCheck);
  } finally {
    await opened.close();
  }
}

async function lookAt(resource: Resource): Promise<Look> {
  try {
    return { resource, found: (await resource.isThere()) ? 'there' : 'missing' };
  } catch (thrown: unknown) {
    return { resource, found: { error: toNommerError(thrown).message } };
  }
}

function errorOf({ found }: Look): string {
  return typeof found === 'string' ? '' : found.error;
}

function toCheck({ resource, found }: Look): Check {
  const { kind } = resource;
  const { name, right } = KINDS[kind] ?? { name: kind, right: '' };
  const what = printable(resource.name);
  if (found === 'there') return { name, verdict: 'ok', found: what };
  if (found === 'missing') {
    const advice =
      kind === 'image'
        ? 'Set EC2_AMI_ID to an image of AWS_REGION; deploy/ami builds one.'
        : 'Run: npm run media-nommer -- setup';
    return { name, verdict: 'problem', found: `there is no ${what}`, advice };
  }
  const { error } = found;
  const said = printable(error);
  if (DENIED.test(error)) {
    const [, named = right] = /not authorized to perform:? ([\w-]+:\w+)/u.exec(error) ?? [];
    // Only what queues are asked is asked by feederd, too.
    const verdict = kind === 'queue' ? 'problem' : 'warning';
    const advice = `To look at it takes the right ${named}.`;
    return { name, verdict, found: `${what} may not be looked at`, advice };
  }
  return {
    name,
    verdict: resource.isEssential ? 'problem' : 'warning',
    found: `could not be checked: ${said}`,
  };
}
