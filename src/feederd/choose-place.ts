import type { Fleet, Place } from '../core/ports.ts';
import type { Settings } from '../conf/settings.ts';
import { settingsForNodes } from '../conf/settings-for-nodes.ts';
import { openAwsPlace } from '../aws/open-aws-place.ts';
import { S3SettingsBucket } from '../aws/s3-settings-bucket.ts';
import { openLocalPlace } from '../local/open-local-place.ts';

export interface FeederdPlace extends Place {
  readonly fleet: Fleet;
  /** Whether the nodes live on this machine and end with feederd when they have nothing to do. */
  readonly nodesAreLocal: boolean;
}

/** The one file of feederd that knows the places there are. */
export async function openPlace(
  settings: Settings,
  nodeCommand: readonly string[],
): Promise<FeederdPlace> {
  switch (settings.backend) {
    case 'local': {
      const place = await openLocalPlace(settings);
      return { ...place, fleet: place.fleet({ command: nodeCommand }), nodesAreLocal: true };
    }
    case 'aws': {
      const place = openAwsPlace(settings);
      const bucket = new S3SettingsBucket({
        clients: place.clients,
        bucket: settings.configS3Bucket ?? '',
      });
      try {
        await bucket.publish(settingsForNodes(settings));
      } catch (thrown: unknown) {
        await place.close();
        throw thrown;
      }
      return { ...place, fleet: place.fleet(settings), nodesAreLocal: false };
    }
  }
}
