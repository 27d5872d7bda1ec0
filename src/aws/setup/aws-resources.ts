import { AwsClients, type AwsClientSettings } from '../aws-clients.ts';
import { INSTALLATION_TAG } from '../describe-nodes.ts';
import { jobTable, nodeStateTable } from '../table-definitions.ts';
import { bucketResource } from './bucket-resource.ts';
import { queueResources } from './queue-resource.ts';
import type { Resource } from './resource.ts';
import { tableResource } from './table-resource.ts';

export type SetupSettings = AwsClientSettings & {
  readonly jobStateTable: string;
  readonly nommerStateTable: string;
  readonly newJobQueueName: string;
  readonly jobStateChangeQueueName: string;
  readonly configS3Bucket: string | undefined;
};

/** What an installation keeps on AWS, in the order in which it can be made. `close` when done. */
export function openAwsResources(settings: SetupSettings): {
  readonly resources: readonly Resource[];
  close(): Promise<void>;
} {
  const clients = new AwsClients(settings);
  const tag = { Key: INSTALLATION_TAG, Value: settings.jobStateTable };
  const tags = { [tag.Key]: tag.Value };
  const bucket = settings.configS3Bucket;
  return {
    resources: [
      tableResource(clients, jobTable(settings.jobStateTable), tag),
      tableResource(clients, nodeStateTable(settings.nommerStateTable), tag),
      ...queueResources(clients, settings.newJobQueueName, tags),
      ...queueResources(clients, settings.jobStateChangeQueueName, tags),
      ...(bucket === undefined
        ? []
        : [bucketResource(clients, { name: bucket, region: settings.awsRegion })]),
    ],
    close: () => clients.close(),
  };
}
