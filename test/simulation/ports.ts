import type {
  Fleet,
  JobQueue,
  JobStore,
  Leadership,
  NodeStates,
  ReceiveRequest,
  QueueMessage,
} from '../../src/core/ports.ts';
import type { Installation } from './installation.ts';
import type { QueueTwin } from './twins/queue-twin.ts';
import { SimProcess } from './world/sim-process.ts';

/** All that a process sees of the place it runs in. */
export interface Ports {
  readonly store: JobStore;
  readonly newJobs: JobQueue;
  readonly stateChanges: JobQueue;
  readonly nodeStates: NodeStates;
  readonly leadership: Leadership;
  readonly fleet: Fleet;
}

/** The ports of one process, each at the other end of a line that may fail. */
export function portsOf(process: SimProcess, installation: Installation): Ports {
  return {
    store: storeOf(process, installation),
    newJobs: queueOf(process, installation, { name: 'new jobs', twin: installation.newJobs }),
    stateChanges: queueOf(process, installation, {
      name: 'state changes',
      twin: installation.stateChanges,
    }),
    ...recordsOf(process, installation),
    fleet: fleetOf(process, installation),
  };
}

function storeOf(process: SimProcess, { line, store, world, troubles }: Installation): JobStore {
  const call = <T>(what: string, act: () => T) => line.call(process, 'store', what, act);
  const lag = () => (troubles.listLagMs === 0 ? 0 : world.random.next() * troubles.listLagMs);
  return {
    create: (job) => call(`create ${job.uniqueId}`, () => store.create(job, process)),
    get: (uniqueId) => call(`get ${uniqueId}`, () => store.get(uniqueId)),
    replace: async (job, expectedVersion) => {
      const { uniqueId, version, jobState, timings, modifiedAt } = job;
      const arrow = timings.at(-1)?.at === modifiedAt ? '→ ' : '';
      const what = `replace ${uniqueId} v${version} ${arrow}${jobState}`;
      return call(what, () => store.replace(job, expectedVersion, process));
    },
    open: async () => ({
      jobs: await call('list of open jobs', () => store.open(lag)),
      unreadable: [],
    }),
    recent: () => Promise.reject(new Error('nobody here lists recent jobs')),
    wipe: () => Promise.reject(new Error('nobody here wipes')),
    ping: () => call('ping', () => undefined),
  };
}

function queueOf(
  process: SimProcess,
  { line, judge, world, troubles, newJobs, facts }: Installation,
  { name, twin }: { name: string; twin: QueueTwin },
): JobQueue {
  const call = <T>(what: string, act: () => T) =>
    line.call(process, 'queue', `${what} (${name})`, act);
  const remove = (receipt: string): void => {
    const removed = twin.remove(receipt);
    if (removed === undefined) return;
    world.note(process.name, `removes a message (${name}) ${removed.body}`);
    if (twin === newJobs) judge.tell('removed', { ...removed, by: process });
  };
  return {
    send: (body, delaySeconds = 0) => {
      judge.tell('said', { where: 'a queue', text: body });
      if (twin === newJobs && process.host.startsWith('node')) {
        facts.count('a message that came often is sent anew');
      }
      return call(`send ${body}`, () => twin.send(body, delaySeconds * 1000));
    },
    receive: (request) => receive(request, { process, line, twin, name }),
    extend: (receipt, seconds) =>
      call(`extend ${seconds}`, () => twin.extend(receipt, seconds * 1000)),
    release: (receipt) => call('release', () => twin.extend(receipt, 0)),
    remove: (receipt) => call('remove', () => remove(receipt)),
    depth: () =>
      call('depth', () => {
        const { waiting, delayed, inFlight } = twin.depth();
        const off = troubles.wrongDepth ? world.random.whole(-2, 2) : 0;
        return { waiting: Math.max(waiting + off, 0), delayed, inFlight };
      }),
    deadLetters: () => call('dead letters', () => twin.deadLetters()),
    removeDeadLetter: (receipt) => call('remove a dead letter', () => twin.removeDead(receipt)),
    wipe: () => call('wipe', () => twin.wipe()),
  };
}

/** As SQS does it: the wait is the service's; who gives it up gives back what was on its way. */
function receive(
  { max, waitSeconds, visibilitySeconds, signal }: ReceiveRequest,
  {
    process,
    line,
    twin,
    name,
  }: { process: SimProcess; line: Installation['line']; twin: QueueTwin; name: string },
): Promise<readonly QueueMessage[]> {
  if (!process.isAlive) return SimProcess.never;
  if (signal?.aborted === true) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    let endWait: (() => void) | undefined;
    const onAbort = () => {
      endWait?.();
      resolve([]);
    };
    const settled = () => signal?.removeEventListener('abort', onAbort);
    signal?.addEventListener('abort', onAbort);
    line.start<readonly QueueMessage[]>(process, 'queue', `receive (${name})`, {
      act: (answer) => {
        if (signal?.aborted === true) return answer([]);
        const visibilityMs = visibilitySeconds * 1000;
        const wanted = { by: process, max, waitMs: waitSeconds * 1000, visibilityMs };
        endWait = twin.receive(wanted, answer);
      },
      resolve: (messages) => {
        settled();
        if (signal?.aborted === true) {
          for (const { receipt } of messages) twin.extend(receipt, 0);
          resolve([]);
        } else resolve(messages);
      },
      reject: (error) => {
        settled();
        reject(error);
      },
    });
  });
}

function recordsOf(
  process: SimProcess,
  { line, store, judge }: Installation,
): Pick<Ports, 'nodeStates' | 'leadership'> {
  const { nodeStates } = store;
  const ofNodes = <T>(what: string, act: () => T) => line.call(process, 'node states', what, act);
  const ofLeader = <T>(what: string, act: () => T) => line.call(process, 'leadership', what, act);
  return {
    nodeStates: {
      report: (state) => {
        judge.tell('said', { where: 'a heartbeat', text: JSON.stringify(state) });
        return ofNodes('report', () => void nodeStates.set(state.nodeId, state));
      },
      list: () => ofNodes('list of nodes', () => [...nodeStates.values()]),
      remove: (nodeId) => ofNodes(`forget ${nodeId}`, () => void nodeStates.delete(nodeId)),
    },
    leadership: {
      read: () => ofLeader('read the leader', () => store.leader),
      replace: (record) =>
        ofLeader('replace the leader', () => {
          if ((store.leader?.term ?? 0) !== record.term - 1) return false;
          store.leader = record;
          return true;
        }),
    },
  };
}

function fleetOf(process: SimProcess, { line, fleet }: Installation): Fleet {
  const call = <T>(what: string, act: () => T) => line.call(process, 'fleet', what, act);
  return {
    nodes: () => call('list of machines', () => fleet.nodes()),
    launch: (request) => call(`launch ${request.count}`, () => fleet.launch(request)),
    terminate: (nodeIds) => call(`terminate ${nodeIds.join(' ')}`, () => fleet.terminate(nodeIds)),
  };
}
