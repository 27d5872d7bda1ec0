import type { ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Ec2Instance } from '../doubles/ec2-server/instances.ts';
import {
  startMetadataServer,
  type MetadataServer,
} from '../doubles/ec2-server/start-metadata-server.ts';
import { ended, type Installation } from './installation.ts';
import { AWS_KEYS } from './start-aws.ts';

/** An instance as a machine: a real nommerd, and a metadata service of its own. */
export interface Ec2Machine {
  readonly instance: Ec2Instance;
  readonly metadata: MetadataServer;
  readonly nommerd: ChildProcess;
  /** Once nommerd has left, with which the machine powers off. */
  readonly off: Promise<PoweredOff>;
}

export interface PoweredOff {
  readonly exit: number | NodeJS.Signals | null;
  readonly at: number;
  /** The jobs that it took, by their ids. */
  readonly took: readonly string[];
}

/** @param image variables that the image has, which no user data tells */
export async function bootMachine(
  instance: Ec2Instance,
  installation: Installation,
  image: Readonly<Record<string, string>> = {},
): Promise<Ec2Machine> {
  const { id: instanceId, userData } = instance;
  const metadata = await startMetadataServer({ instanceId, userData });
  const nommerd = installation.startInstance({
    ...environmentOf(userData),
    // The role's, on a real instance.
    ...AWS_KEYS,
    ...image,
    IMDS_ENDPOINT: metadata.endpoint,
  });
  const log = nommerd.stdout === null ? Promise.resolve('') : text(nommerd.stdout);
  return { instance, metadata, nommerd, off: powerOff() };

  async function powerOff(): Promise<PoweredOff> {
    const exit = await ended(nommerd);
    const at = Date.now();
    // Launched to be terminated by that.
    instance.state = 'terminated';
    await metadata.close();
    return { exit, at, took: jobsTaken(await log) };
  }
}

/** What cloud-init would lay for systemd to read. */
function environmentOf(userData: string): Record<string, string> {
  const config = JSON.parse(userData.replace(/^#cloud-config\n/u, '')) as {
    write_files: readonly { content: string }[];
  };
  const lines = (config.write_files[0]?.content ?? '').split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(/=(.*)/u);
      return [name, JSON.parse(value) as string];
    }),
  );
}

function jobsTaken(log: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { readonly msg?: string; readonly job_id?: string })
    .flatMap(({ msg, job_id: id }) => (msg === 'attempt started' && id !== undefined ? id : []));
}
