import type { Fleet, Leadership, Place } from '../core/ports.ts';
import { sealedBy } from '../core/sealing-job-store.ts';
import { AwsClients, type AwsClientSettings } from './aws-clients.ts';
import { DynamodbJobStore } from './dynamodb-job-store.ts';
import { DynamodbLeadership } from './dynamodb-leadership.ts';
import { DynamodbNodeStates } from './dynamodb-node-states.ts';
import { Ec2Fleet } from './ec2-fleet.ts';
import { LaunchLedger } from './launch-ledger.ts';
import type { LaunchSettings } from './run-instances.ts';
import { SqsJobQueue } from './sqs-job-queue.ts';
import { makeUserData, type UserDataSettings } from './user-data.ts';

export type AwsPlaceSettings = AwsClientSettings & {
  /** What the credentials of jobs are kept sealed with; default: nothing. */
  readonly secretsKeys?: readonly string[];
  readonly jobStateTable: string;
  readonly nommerStateTable: string;
  readonly newJobQueueName: string;
  readonly jobStateChangeQueueName: string;
};

/** The ports on AWS, for any number of processes on any number of machines. */
export interface AwsPlace extends Place {
  readonly clients: AwsClients;
  readonly leadership: Leadership;
  /** The instances of this installation, and how new ones come up. */
  fleet(settings: LaunchSettings & UserDataSettings): Fleet;
}

/** Opens no connection yet: what is missing shows at the first call. */
export function openAwsPlace(settings: AwsPlaceSettings): AwsPlace {
  const clients = new AwsClients(settings);
  const queue = (name: string) => new SqsJobQueue({ clients, name });
  return {
    clients,
    store: sealedBy(
      settings.secretsKeys ?? [],
      new DynamodbJobStore({ clients, table: settings.jobStateTable }),
    ),
    nodeStates: new DynamodbNodeStates({ clients, table: settings.nommerStateTable }),
    leadership: new DynamodbLeadership({ clients, table: settings.nommerStateTable }),
    newJobs: queue(settings.newJobQueueName),
    stateChanges: queue(settings.jobStateChangeQueueName),
    fleet: (launching) =>
      new Ec2Fleet({
        clients,
        settings: launching,
        ledger: new LaunchLedger({ clients, table: settings.nommerStateTable }),
        userData: makeUserData(launching),
      }),
    close: () => clients.close(),
  };
}
