import type { AwsResources, SetupOptions } from '../aws/setup/aws-resources.ts';
import type { Settings } from '../conf/settings.ts';
import { NommerError } from '../core/errors.ts';
import type { Leadership, Place } from '../core/ports.ts';
import { openLocalPlace } from '../local/open-local-place.ts';

export type { AwsResources };
export type Resource = AwsResources['resources'][number];
/** What a look at a resource has shown. */
export type Seen = Awaited<ReturnType<AwsResources['look']>>;

/** The jobs and queues themselves, where a command cannot ask feederd for them. */
export async function openPlace(
  settings: Settings,
): Promise<Place & { readonly leadership: Leadership }> {
  switch (settings.backend) {
    case 'local':
      return openLocalPlace(settings);
    // What speaks to AWS takes long to load, and one machine of one's own needs none of it.
    case 'aws': {
      const { openAwsPlace } = await import('../aws/open-aws-place.ts');
      return openAwsPlace(settings);
    }
  }
}

/** What `setup` makes where BACKEND is; a machine of one's own needs nothing made. */
export async function openResources(
  settings: Settings,
  options: SetupOptions = {},
): Promise<AwsResources> {
  if (settings.backend === 'aws') {
    const { openAwsResources } = await import('../aws/setup/aws-resources.ts');
    return await openAwsResources(settings, options);
  }
  throw new NommerError(
    'BAD_SETTING',
    `There is nothing to set up unless BACKEND is "aws"; received "${settings.backend}"`,
  );
}
