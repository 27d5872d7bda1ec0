import type { Invariant } from './invariants/invariant.ts';
import { Judge } from './invariants/invariant.ts';
import { Facts } from './facts.ts';
import { Line, type Fate } from './line.ts';
import type { Mutant } from './mutants/mutant.ts';
import type { JobPlan, Scenario } from './scenario.ts';
import { FleetTwin } from './twins/fleet-twin.ts';
import { MediaTwin } from './twins/media-twin.ts';
import { QueueTwin } from './twins/queue-twin.ts';
import { StoreTwin } from './twins/store-twin.ts';
import type { FeederdHost } from './actors/feederd-host.ts';
import type { NodeHost } from './actors/node-host.ts';
import type { SimProcess } from './world/sim-process.ts';
import type { World } from './world/world.ts';

/** As production has them, but for times that a short run must be able to reach. */
export interface SimSettings {
  readonly leaseSeconds: number;
  readonly renewSeconds: number;
  readonly progressSeconds: number;
  readonly heartbeatSeconds: number;
  readonly newJobCheckSeconds: number;
  readonly terminateWhenIdle: boolean;
  readonly maxInactivitySeconds: number;
  readonly jobMaxAttempts: number;
  readonly jobRetryBackOffSeconds: number;
  readonly abandonAfterSeconds: number;
  readonly reconcileSeconds: number;
  readonly pruneSeconds: number;
  readonly stateChangeCheckSeconds: number;
  readonly autoScaleSeconds: number;
  readonly maxNodes: number;
  readonly slotsPerNode: number;
  readonly jobOverflowThreshold: number;
  readonly allowLaunches: boolean;
  readonly scalingPolicy: 'overflow' | 'wait-target';
  readonly waitTargetSeconds: number;
  readonly ec2BootDeadlineSeconds: number;
  readonly notifyTimeoutSeconds: number;
  readonly notifySecrets: readonly string[];
  readonly httpAllowedNetworks: readonly string[];
}

/** What goes wrong at the services, besides the lines to them. */
export interface Troubles {
  listLagMs: number;
  wrongDepth: boolean;
  /** How probable it is that a download, an upload or a disk fails. */
  media: number;
  /** How probable it is that a receiver fails, or is slow. */
  receiver: number;
  bootHangs: number;
  /** How probable it is that a killed nommerd is not started again. */
  staysDead: number;
  powerOffFails: number;
}

export interface InstallationOptions {
  readonly world: World;
  readonly scenario: Scenario;
  readonly invariants: readonly Invariant[];
  readonly mutant?: Mutant | undefined;
}

/** Everything there is in a run: services, daemons, and what truly happened. */
export class Installation {
  readonly world: World;
  readonly scenario: Scenario;
  readonly mutant: Mutant | undefined;
  readonly settings: SimSettings;
  /** The same, unless a mutant has others. */
  readonly daemonSettings: SimSettings;
  readonly judge: Judge;
  readonly facts: Facts;
  readonly line: Line;
  readonly store: StoreTwin;
  readonly newJobs: QueueTwin;
  readonly stateChanges: QueueTwin;
  readonly fleet: FleetTwin;
  readonly media: MediaTwin;
  readonly plans: ReadonlyMap<string, JobPlan>;
  readonly feederds: FeederdHost[] = [];
  readonly nodes: NodeHost[] = [];
  readonly troubles: Troubles = {
    listLagMs: 0,
    wrongDepth: false,
    media: 0,
    receiver: 0,
    bootHangs: 0,
    staysDead: 0,
    powerOffFails: 0,
  };
  /** Whether the next machine does not come up. */
  hangsNextBoot = false;
  /** Until when something goes wrong; Infinity = nobody knows. */
  troubledUntil: number;

  constructor({ world, scenario, invariants, mutant }: InstallationOptions) {
    this.world = world;
    this.scenario = scenario;
    this.mutant = mutant;
    this.settings = settingsFor(scenario);
    this.daemonSettings = { ...this.settings, ...mutant?.settings };
    this.judge = new Judge(invariants);
    this.judge.installation = this;
    this.facts = new Facts(this);
    this.line = new Line(world);
    this.store = new StoreTwin(world, (step) => {
      this.judge.tell('stored', step);
      this.facts.stored(step);
    });
    this.newJobs = new QueueTwin(world, {
      maxReceives: scenario.maxReceives,
      onDead: ({ body }) => {
        this.facts.count('a dead letter');
        this.facts.lostMessage(body);
      },
    });
    this.stateChanges = new QueueTwin(world);
    this.line.onFault = (fate, caller, untilMs) => this.#faulted(fate, caller, untilMs);
    this.fleet = new FleetTwin(world, this.judge);
    this.media = new MediaTwin(world, this.judge);
    this.media.onReplaced = (before, by) => {
      const isOfAnother = before.jobId !== by.jobId && this.plans.has(before.jobId);
      if (isOfAnother) this.facts.count('an output replaces that of another job');
    };
    this.plans = new Map(scenario.jobs.map((plan) => [plan.id, plan]));
    this.troubledUntil = scenario.harshness > 0 ? Infinity : 0;
  }

  /** Whether nothing goes wrong, and has not for so long. */
  readonly isCalm = (forMs = 0): boolean =>
    this.troubledUntil === 0 || this.world.now >= this.troubledUntil + forMs;

  troubled(until: number): void {
    this.troubledUntil = Math.max(this.troubledUntil, until);
  }

  /** The feederd that looks after jobs, if one does. */
  get leader(): FeederdHost | undefined {
    return this.feederds.find(({ leads }) => leads);
  }

  nodeOf(process: SimProcess): NodeHost | undefined {
    return this.nodes.find((node) => node.process === process);
  }

  #faulted(fate: Fate, { host }: SimProcess, untilMs: number): void {
    if (this.scenario.harshness === 0) this.troubled(untilMs);
    if (fate === 'crash before') this.facts.count('a process dies right before a call');
    if (fate === 'crash after') this.facts.count('a process dies right after a call');
    if (fate === 'answer lost') this.facts.count('an answer gets lost');
    const isCrash = fate === 'crash before' || fate === 'crash after';
    if (isCrash && this.leader?.name === host) this.facts.count('the leader is struck');
  }

  /** How far any clock may have been off. */
  get clockErrorMs(): number {
    return this.scenario.maxSkewMs + this.world.mostBehindMs;
  }

  /** A clock somewhere, as far off as clocks are here. */
  drawSkewMs(): number {
    const { maxSkewMs } = this.scenario;
    return maxSkewMs === 0 ? 0 : Math.round(this.world.random.between(-maxSkewMs, maxSkewMs));
  }
}

function settingsFor(scenario: Scenario): SimSettings {
  const { maxNodes, slotsPerNode, scalingPolicy, abandonAfterSeconds } = scenario;
  return {
    leaseSeconds: 30,
    renewSeconds: 5,
    progressSeconds: 5,
    heartbeatSeconds: 10,
    newJobCheckSeconds: 60,
    terminateWhenIdle: true,
    maxInactivitySeconds: 60,
    jobMaxAttempts: 4,
    jobRetryBackOffSeconds: 5,
    abandonAfterSeconds,
    reconcileSeconds: 5,
    pruneSeconds: 30,
    stateChangeCheckSeconds: 60,
    autoScaleSeconds: 20,
    maxNodes,
    slotsPerNode,
    jobOverflowThreshold: 1,
    allowLaunches: true,
    scalingPolicy,
    waitTargetSeconds: 10,
    ec2BootDeadlineSeconds: 120,
    notifyTimeoutSeconds: 10,
    notifySecrets: [],
    httpAllowedNetworks: [],
    ...scenario.settings,
  };
}
