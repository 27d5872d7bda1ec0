import { startAws } from '../../test/process/start-aws.ts';
import { Installation, waitFor } from '../../test/process/installation.ts';
import { Submitter } from '../harness/submitter.ts';
import { NOTHING_SETTINGS, nothingJob } from './nothing-job.ts';

export interface NothingScene {
  readonly here: Installation;
  readonly url: string;
  close(): Promise<void>;
}

export interface NothingOptions {
  /** By the adapters for AWS, to servers in this process. */
  readonly aws?: boolean;
  readonly slots?: number;
  /** How many nodes, started by hand; default 1. */
  readonly nodes?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A media-nommer whose jobs do nothing, with all nodes warm: each has had a job or could have. */
export async function openNothing(options: NothingOptions = {}): Promise<NothingScene> {
  const { aws: onAws = false, slots = 2, nodes = 1, env = {} } = options;
  await using closing = new AsyncDisposableStack();
  const aws = onAws ? await startAws({ onLaunch: () => {} }) : undefined;
  if (aws !== undefined) closing.defer(() => aws.close());
  const here = await Installation.create({
    ...aws?.env,
    ...NOTHING_SETTINGS,
    FEEDERD_ALLOW_EC2_LAUNCHES: 'false',
    NOMMERD_LEASE_SECONDS: '30',
    NOMMERD_RENEW_INTERVAL: '5',
    FEEDERD_RECONCILE_INTERVAL: onAws ? '5' : '2',
    MAX_ENCODING_JOBS_PER_EC2_INSTANCE: String(slots),
    ...env,
  });
  closing.defer(() => here.destroy());
  if (onAws) await here.mediaNommer(['setup']);
  await here.startFeederd();
  for (let node = 0; node < nodes; node += 1) here.startNommerd();
  await waitFor('all nodes to report', async () => {
    const answer = (await (await fetch(`${here.url}/nodes`)).json()) as { nodes: unknown[] };
    return answer.nodes.length === nodes;
  });
  if (nodes > 0) {
    const submitter = new Submitter(here.url);
    closing.defer(() => submitter.close());
    await here.finished(await submitter.submit(nothingJob()));
  }
  const owned = closing.move();
  return { here, url: here.url, close: () => owned.disposeAsync() };
}
