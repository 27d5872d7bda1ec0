import type { Fleet, Leadership, Place } from '../core/ports.ts';
import type { Settings } from '../conf/settings.ts';
import { settingsForNodes } from '../conf/settings-for-nodes.ts';
import { openLocalPlace } from '../local/open-local-place.ts';

export interface FeederdPlace extends Place {
  readonly fleet: Fleet;
  readonly leadership: Leadership;
  /** Whether the nodes live on this machine and end with feederd when they have nothing to do. */
  readonly nodesAreLocal: boolean;
  /** Puts the settings where nodes on other machines look for theirs. */
  publishSettings(): Promise<void>;
}

const DONE = Promise.resolve();

/** The one file of feederd that knows the places there are. */
export async function openPlace(
  settings: Settings,
  nodeCommand: readonly string[],
): Promise<FeederdPlace> {
  switch (settings.backend) {
    case 'local': {
      const place = await openLocalPlace(settings);
      const fleet = place.fleet({ command: nodeCommand });
      return { ...place, fleet, nodesAreLocal: true, publishSettings: () => DONE };
    }
    case 'aws': {
      // What speaks to AWS takes long to load, and one machine of one's own needs none of it.
      const [{ openAwsPlace }, { S3SettingsBucket }] = await Promise.all([
        import('../aws/open-aws-place.ts'),
        import('../aws/s3-settings-bucket.ts'),
      ]);
      const place = openAwsPlace(settings);
      const { clients } = place;
      const bucket = new S3SettingsBucket({ clients, bucket: settings.configS3Bucket ?? '' });
      const publishSettings = () => bucket.publish(settingsForNodes(settings));
      return { ...place, fleet: place.fleet(settings), nodesAreLocal: false, publishSettings };
    }
  }
}
