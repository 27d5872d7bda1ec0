import { openAwsResources } from '../aws/setup/aws-resources.ts';
import type { Settings } from '../conf/settings.ts';
import { NommerError } from '../core/errors.ts';

/** What `setup` makes where BACKEND is; a machine of one's own needs nothing made. */
export function openResources(settings: Settings): ReturnType<typeof openAwsResources> {
  if (settings.backend === 'aws') return openAwsResources(settings);
  throw new NommerError(
    'BAD_SETTING',
    `There is nothing to set up unless BACKEND is "aws"; received "${settings.backend}"`,
  );
}
