import { openAwsPlace } from '../aws/open-aws-place.ts';
import { openAwsResources, type AwsResources } from '../aws/setup/aws-resources.ts';
import type { Settings } from '../conf/settings.ts';
import { NommerError } from '../core/errors.ts';
import type { Place } from '../core/ports.ts';
import { openLocalPlace } from '../local/open-local-place.ts';

/** The jobs and queues themselves, where a command cannot ask feederd for them. */
export async function openPlace(settings: Settings): Promise<Place> {
  switch (settings.backend) {
    case 'local':
      return openLocalPlace(settings);
    case 'aws':
      return openAwsPlace(settings);
  }
}

/** What `setup` makes where BACKEND is; a machine of one's own needs nothing made. */
export function openResources(
  settings: Settings,
  mediaBuckets: readonly string[] = [],
): AwsResources {
  if (settings.backend === 'aws') return openAwsResources(settings, mediaBuckets);
  throw new NommerError(
    'BAD_SETTING',
    `There is nothing to set up unless BACKEND is "aws"; received "${settings.backend}"`,
  );
}
