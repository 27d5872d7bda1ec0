import type { Place } from '../core/ports.ts';
import type { Settings } from '../conf/settings.ts';
import { InstanceMetadata } from '../aws/instance-metadata.ts';
import { openLocalPlace } from '../local/open-local-place.ts';

/**
 * The one file of nommerd that knows the places there are. What speaks to AWS takes long to load, and one
 * machine of one's own needs none of it.
 */
export async function openPlace(settings: Settings): Promise<Place> {
  switch (settings.backend) {
    case 'local':
      return openLocalPlace(settings);
    case 'aws': {
      const { openAwsPlace } = await import('../aws/open-aws-place.ts');
      return openAwsPlace(settings);
    }
  }
}

/** The settings that feederd has published for nodes on other machines. */
export async function fetchNomconf(
  bootstrap: Settings,
): Promise<Readonly<Record<string, unknown>>> {
  const [{ AwsClients }, { S3SettingsBucket }] = await Promise.all([
    import('../aws/aws-clients.ts'),
    import('../aws/s3-settings-bucket.ts'),
  ]);
  const clients = new AwsClients(bootstrap);
  try {
    const bucket = new S3SettingsBucket({ clients, bucket: bootstrap.configS3Bucket ?? '' });
    return await bucket.fetch();
  } finally {
    await clients.close();
  }
}

/** Who this machine is and what EC2 means to do with it, where it is an instance. */
export function openInstance({ imdsEndpoint }: Settings): InstanceMetadata {
  return new InstanceMetadata(imdsEndpoint);
}
