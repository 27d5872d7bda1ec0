import { parseSettings } from '../../src/conf/parse-settings.ts';
import type { Ec2Instance } from '../../test/doubles/ec2-server/instances.ts';
import { startMetadataServer } from '../../test/doubles/ec2-server/start-metadata-server.ts';
import { ended, Installation, SLOW } from '../../test/process/installation.ts';
import { AWS_KEYS, startAws } from '../../test/process/start-aws.ts';
import { CallCounter, NODE_KEY_ID, operationOf, type Service } from './call-counter.ts';
import { CapacityMeter } from './capacity-meter.ts';
import { startCountingProxy, type Watcher } from './counting-proxy.ts';

const SERVERS = [
  ['DYNAMODB_ENDPOINT', 'DynamoDB'],
  ['SQS_ENDPOINT', 'SQS'],
  ['S3_ENDPOINT', 'S3'],
  ['EC2_ENDPOINT', 'EC2'],
] as const satisfies readonly (readonly [string, Service])[];

/** What a job asks of AWS does not depend on it, and servers for tests take no large objects. */
const SMALL = '64x36';

export interface CountedInstallation {
  readonly counter: CallCounter;
  /** Runs a job on a clip, from S3 to S3, that takes as long as the clip plays; until FINISHED is heard. */
  readonly runJob: (clip: string) => Promise<void>;
  /** Makes a clip and puts it into S3. @returns its URI */
  readonly makeClip: (seconds: number) => Promise<string>;
}

/** Gives `use` feederd, set up and ready, with the default settings of AWS, and counts what it and its nodes ask. */
export async function withCountedInstallation<Result>(
  use: (installation: CountedInstallation) => Promise<Result>,
): Promise<Result> {
  await using closing = new AsyncDisposableStack();
  const booting: Promise<void>[] = [];
  const aws = await startAws({ onLaunch: (instance) => void booting.push(boot(instance)) });
  closing.defer(() => aws.close());
  const counter = new CallCounter();
  const endpoints: Record<string, string> = {};
  for (const [name, service] of SERVERS) {
    const proxy = await startCountingProxy(aws.env[name] ?? '', watcher(counter, service));
    closing.defer(() => proxy.close());
    endpoints[name] = proxy.endpoint;
  }
  const here = await Installation.create({ ...aws.env, ...endpoints, ...defaultTimes(aws.env) });
  closing.defer(async () => {
    await here.destroy();
    await Promise.all(booting);
  });
  await here.mediaNommer(['setup']);
  await here.startFeederd();

  /** An instance's life: the metadata service, what cloud-init lays, nommerd; it ends with nommerd. */
  async function boot(instance: Ec2Instance): Promise<void> {
    const { id: instanceId, userData } = instance;
    const metadata = await startMetadataServer({ instanceId, userData });
    const nommerd = here.startInstance({
      ...environmentOf(userData),
      // The role's, on a real instance.
      ...AWS_KEYS,
      AWS_ACCESS_KEY_ID: NODE_KEY_ID,
      IMDS_ENDPOINT: metadata.endpoint,
    });
    await ended(nommerd);
    instance.state = 'terminated';
    await metadata.close();
  }

  return await use({
    counter,
    async runJob(clip) {
      const request = { source_path: clip, dest_path: 's3://media/out.mp4', job_options: SLOW };
      await here.heardFinished(await here.submitJob(request));
    },
    async makeClip(seconds) {
      const name = `${seconds}.mp4`;
      await here.makeClip(name, seconds, SMALL);
      await aws.put(`s3://media/${name}`, here.path(name));
      return `s3://media/${name}`;
    },
  });
}

function watcher(counter: CallCounter, service: Service): Watcher {
  const meter = service === 'DynamoDB' ? new CapacityMeter() : undefined;
  return {
    onArrived: (request) => counter.arrived(service, request),
    onAnswered: (request, answer) => {
      if (meter === undefined) return;
      const units = meter.units(operationOf(service, request), request.body, answer);
      counter.consumed(service, request, units);
    },
  };
}

/** The defaults in place of the short times that tests have. */
function defaultTimes(env: Readonly<Record<string, string>>): Record<string, string> {
  const settings = parseSettings({}, env, '/');
  return {
    NOMMERD_LEASE_SECONDS: String(settings.leaseSeconds),
    NOMMERD_RENEW_INTERVAL: String(settings.renewSeconds),
    FEEDERD_RECONCILE_INTERVAL: String(settings.reconcileSeconds),
    MAX_ENCODING_JOBS_PER_EC2_INSTANCE: String(settings.slotsPerNode),
  };
}

/** What cloud-init would lay for systemd to read. */
function environmentOf(userData: string): Record<string, string> {
  const { write_files: files } = JSON.parse(userData.replace(/^#cloud-config\n/u, '')) as {
    write_files: readonly { content: string }[];
  };
  const lines = (files[0]?.content ?? '').split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(/=(.*)/u);
      return [name, JSON.parse(value) as string];
    }),
  );
}
