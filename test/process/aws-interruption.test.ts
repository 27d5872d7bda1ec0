import { afterEach, describe, expect, it } from 'vitest';
import type { WireNode } from '../../src/core/api-wire.ts';
import { bootMachine, type Ec2Machine } from './ec2-machine.ts';
import { h264, Installation, SLOW, waitFor } from './installation.ts';
import { startAws, type Aws } from './start-aws.ts';

/** EC2 gives two minutes. nommerd hands back half a minute before the end: soon, with these. */
const NOTICE_MS = 37_000;

describe('when EC2 takes a spot instance', { timeout: 180_000 }, () => {
  let aws: Aws;
  let here: Installation;
  let machines: Promise<Ec2Machine>[];

  async function start(maximum: number): Promise<void> {
    machines = [];
    aws = await startAws({
      onLaunch: (instance) => void machines.push(bootMachine(instance, here)),
    });
    const env = {
      ...aws.env,
      EC2_MARKET: 'spot',
      MAX_NUM_EC2_INSTANCES: String(maximum),
      // A node with a free slot would have a long poll under way, and fauxqs still gives messages to one
      // that was given up.
      MAX_ENCODING_JOBS_PER_EC2_INSTANCE: '1',
      NOMMERD_HEARTBEAT_INTERVAL: '1',
      // Whatever happens here happens long before a lease runs out or a node has been idle for too long.
      NOMMERD_LEASE_SECONDS: '100',
      NOMMERD_MAX_INACTIVITY: '100',
    };
    const preparing = await Installation.create(env);
    await preparing.mediaNommer(['setup']);
    await preparing.makeClip('in.mp4', 6);
    await aws.put('s3://media/in.mp4', preparing.path('in.mp4'));
    await preparing.destroy();
    // Chooses feederd's port, which others may take until feederd does.
    here = await Installation.create(env);
    await here.startFeederd();
  }

  afterEach(async () => {
    await here.destroy();
    for (const machine of machines) await (await machine).off;
    await aws.close();
  });

  const submit = (dest: string, options: unknown = h264()) =>
    here.submitJob({
      source_path: 's3://media/in.mp4',
      dest_path: `s3://media/${dest}`,
      job_options: options,
    });

  /** A job on the first machine that is in the middle of its encode, and stays there. */
  async function begin() {
    const id = await submit('first.mp4', SLOW);
    // Not by what the job says of its progress: meanwhile the encode may have ended. And FFmpeg is also
    // asked what it can do.
    let ffmpeg = 0;
    await waitFor('an encode', async () => {
      [ffmpeg = 0] = await here.pids(/^(?:[^\0]*\/)?ffmpeg\0(?:[^\0]*\0)*-re\0/);
      return ffmpeg !== 0;
    });
    process.kill(ffmpeg, 'SIGSTOP');
    const machine = await machines[0];
    if (machine === undefined) throw new Error('no instance');
    return { id, machine, goOn: () => process.kill(ffmpeg, 'SIGCONT') };
  }

  async function nodeSays({ instance }: Ec2Machine, condition: string, id: string) {
    await waitFor(`${instance.id} to be ${condition}`, async () => {
      const answer = await fetch(`${here.url}/nodes`);
      const { nodes } = (await answer.json()) as { nodes: readonly WireNode[] };
      const node = nodes.find(({ node_id }) => node_id === instance.id);
      return (
        node?.condition === condition &&
        node.active_jobs.some(({ unique_id, attempt }) => unique_id === id && attempt === 1)
      );
    });
  }

  const isWhole = async (dest: string) =>
    Buffer.from(await aws.get(`s3://media/${dest}`)).toString('latin1', 4, 8) === 'ftyp';

  it('stops taking jobs, hands its own back before the end, and another node does them', async () => {
    await start(2);
    const { id, machine } = await begin();
    const end = Date.now() + NOTICE_MS;
    machine.metadata.interrupt('terminate', end);
    await nodeSays(machine, 'TERMINATING', id);
    const second = await submit('second.mp4');
    const off = await machine.off;
    expect(off).toMatchObject({ exit: 0, took: [id] });
    expect(off.at).toBeLessThan(end);

    expect(await here.finished(id)).toMatchObject({ attempt: 2, failures: 0 });
    expect(await here.finished(second)).toMatchObject({ attempt: 1, failures: 0 });
    expect(await isWhole('first.mp4')).toBe(true);
    expect(await isWhole('second.mp4')).toBe(true);
    expect(machines).toHaveLength(2);
  });

  it('has a node end its job after a recommendation, and leave what waits to the next', async () => {
    await start(1);
    const { id, machine, goOn } = await begin();
    machine.metadata.recommendRebalance();
    await nodeSays(machine, 'DRAINING', id);
    const second = await submit('second.mp4');
    goOn();

    expect(await here.finished(id)).toMatchObject({ attempt: 1, failures: 0 });
    expect(await machine.off).toMatchObject({ exit: 0, took: [id] });
    expect(await here.finished(second)).toMatchObject({ attempt: 1, failures: 0 });
    expect(await isWhole('first.mp4')).toBe(true);
    expect(await isWhole('second.mp4')).toBe(true);
    expect(machines).toHaveLength(2);
  });
});
