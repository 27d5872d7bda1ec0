import type { Place } from '../core/ports.ts';
import type { Settings } from '../conf/settings.ts';
import { openAwsPlace } from '../aws/open-aws-place.ts';
import { openLocalPlace } from '../local/open-local-place.ts';

/** The one file of nommerd that knows the places there are. */
export async function openPlace(settings: Settings): Promise<Place> {
  switch (settings.backend) {
    case 'local':
      return openLocalPlace(settings);
    case 'aws':
      return openAwsPlace(settings);
  }
}
