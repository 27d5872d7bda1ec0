import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Ec2Error,
  Ec2Instances,
  noFaults,
  type Ec2Faults,
  type Ec2Instance,
  type InstanceHooks,
} from './instances.ts';
import { Network } from './network.ts';
import { SecurityGroups, tagSet, type Ec2SecurityGroup } from './security-groups.ts';
import { listenOnLoopback } from '../listen-on-loopback.ts';

export interface Ec2Server {
  readonly endpoint: string;
  readonly instances: readonly Ec2Instance[];
  readonly groups: readonly Ec2SecurityGroup[];
  readonly network: Network;
  readonly faults: Ec2Faults;
  /** The form of every call, in order. */
  readonly calls: readonly URLSearchParams[];
  close(): Promise<void>;
}

/** A server that speaks as much of EC2's Query protocol as a fleet needs. */
export async function startEc2Server(hooks: InstanceHooks = {}): Promise<Ec2Server> {
  const faults = noFaults();
  const instances = new Ec2Instances(faults, hooks);
  const groups = new SecurityGroups(faults, instances.all);
  const network = new Network();
  const calls: URLSearchParams[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URLSearchParams(await text(request));
    const action = query.get('Action') ?? '';
    calls.push(query);
    const isRun = action === 'RunInstances';
    if (isRun && faults.runDelayMs > 0) await sleep(faults.runDelayMs);
    let status = 200;
    let body: string;
    try {
      if (faults.throttled > 0) {
        faults.throttled--;
        throw new Ec2Error('RequestLimitExceeded', 'Request limit exceeded.', 503);
      }
      const refusal = faults.refused.get(action);
      if (refusal !== undefined) throw new Ec2Error(refusal, `Refused: ${action}`, 403);
      body = `<${action}Response><requestId>r</requestId>${perform(action, query)}</${action}Response>`;
    } catch (thrown) {
      const {
        code,
        message,
        status: refused,
      } = thrown instanceof Ec2Error ? thrown : new Ec2Error('InternalError', String(thrown), 500);
      status = refused;
      body =
        `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>` +
        '<RequestID>r</RequestID></Response>';
    }
    if (isRun && status === 200 && faults.lostReplies > 0) {
      faults.lostReplies--;
      request.socket.destroy();
      return;
    }
    if (isRun && status === 200 && faults.silentReplies > 0) {
      faults.silentReplies--;
      return;
    }
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  }

  function perform(action: string, query: URLSearchParams): string {
    const fromNetwork = network.perform(action, query);
    if (fromNetwork !== undefined) return fromNetwork;
    if (action === 'RunInstances') {
      network.check(query);
      return `<reservationId>r-1</reservationId>${instanceSet(instances.run(query))}`;
    }
    if (action === 'DescribeInstances') {
      const { page, next } = instances.describe(query);
      const items = page.map((instance) => `<item>${instanceSet([instance])}</item>`).join('');
      const token = next === undefined ? '' : `<nextToken>${next}</nextToken>`;
      return `<reservationSet>${items}</reservationSet>${token}`;
    }
    if (action === 'DescribeImages') {
      const image = query.get('ImageId.1') ?? '';
      if (faults.images.has(image)) {
        return `<imagesSet><item><imageId>${image}</imageId></item></imagesSet>`;
      }
      throw new Ec2Error('InvalidAMIID.NotFound', `The image id '[${image}]' does not exist`);
    }
    if (action === 'TerminateInstances') return instanceSet(instances.terminate(query));
    if (action.includes('SecurityGroup')) return groups.perform(action, query);
    throw new Ec2Error('InvalidAction', `The action ${action} is not valid`);
  }

  const server = createServer((request, response) => void answer(request, response));
  const { url, close } = await listenOnLoopback(server);
  return {
    endpoint: url,
    instances: instances.all,
    groups: groups.all,
    network,
    faults,
    calls,
    close,
  };
}

function instanceSet(instances: readonly Ec2Instance[]): string {
  const items = instances.map(({ id, type, state, launchTime, tags, clientToken }) => {
    return (
      `<item><instanceId>${id}</instanceId><instanceType>${type}</instanceType>` +
      `<instanceState><code>0</code><name>${state}</name></instanceState>` +
      `<launchTime>${new Date(launchTime).toISOString()}</launchTime>` +
      `<clientToken>${clientToken}</clientToken>${tagSet(tags)}</item>`
    );
  });
  return `<instancesSet>${items.join('')}</instancesSet>`;
}
