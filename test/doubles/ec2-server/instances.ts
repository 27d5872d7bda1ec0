import { randomBytes } from 'node:crypto';

/** What EC2 keeps of an instance. */
export interface Ec2Instance {
  readonly id: string;
  readonly type: string;
  readonly market: 'on-demand' | 'spot';
  readonly clientToken: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly userData: string;
  readonly launchTime: number;
  /** Names or ids of its security groups. */
  readonly groups: readonly string[];
  state: 'pending' | 'running' | 'shutting-down' | 'terminated';
  /** How many calls of DescribeInstances do not show it yet. */
  hiddenFor: number;
  /** How many calls of DescribeInstances show it shutting down, once it does. */
  endingFor: number;
}

/** An answer that EC2 gives instead of doing what it was asked. */
export class Ec2Error extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What a test makes go wrong. */
export interface Ec2Faults {
  /** By `type/market`, or `type/market/subnet`: how many instances are left of it. None given: enough. */
  readonly capacity: Map<string, number>;
  readonly images: Set<string>;
  /** Calls of DescribeInstances that do not show a new instance. */
  lagCalls: number;
  /** Launches that happen, but whose answer never arrives: their connection breaks. */
  lostReplies: number;
  /** Launches that happen, but whose answer never arrives: their connection stays open. */
  silentReplies: number;
  /** How long after it arrives a call of RunInstances is looked at. */
  runDelayMs: number;
  /** Calls of DescribeInstances that show an ending instance before it has ended. */
  endingCalls: number;
  /** Whether instances are shown no more at once when they have ended; else they are for ever. */
  forgetsEnded: boolean;
  /** EC2's answer to a call, where it is not to do what it is asked. */
  refuse: (call: URLSearchParams) => Ec2Error | undefined;
  /** How many times somebody tries in vain to delete the security group of an instance that ends. */
  holdsGroupFor: number;
  /** By action: the code with which it is refused. */
  readonly refused: Map<string, string>;
  /** Calls refused with RequestLimitExceeded. */
  throttled: number;
  pageSize: number;
}

export function noFaults(): Ec2Faults {
  return {
    capacity: new Map(),
    images: new Set(['ami-1']),
    lagCalls: 0,
    lostReplies: 0,
    silentReplies: 0,
    runDelayMs: 0,
    endingCalls: 0,
    forgetsEnded: false,
    refuse: () => undefined,
    holdsGroupFor: 0,
    refused: new Map(),
    throttled: 0,
    pageSize: 1000,
  };
}

export interface InstanceHooks {
  onLaunch?(instance: Ec2Instance): void;
  onTerminate?(instance: Ec2Instance): void;
}

/** The instances of one account and the calls that change them. */
export class Ec2Instances {
  readonly all: Ec2Instance[] = [];
  readonly #faults: Ec2Faults;
  readonly #hooks: InstanceHooks;
  /** By client token, those that were refused too. */
  readonly #launches = new Map<string, { asked: string; instances: readonly Ec2Instance[] }>();

  constructor(faults: Ec2Faults, hooks: InstanceHooks) {
    this.#faults = faults;
    this.#hooks = hooks;
  }

  run(query: URLSearchParams): readonly Ec2Instance[] {
    const clientToken = query.get('ClientToken') ?? '';
    if (clientToken.length > 64)
      throw new Ec2Error('InvalidParameterValue', 'ClientToken too long');
    const asked = [...query].map(String).toSorted().join('&');
    const known = this.#launches.get(clientToken);
    if (known !== undefined && known.asked !== asked) {
      throw new Ec2Error(
        'IdempotentParameterMismatch',
        'Arguments differ for the same ClientToken',
      );
    }
    if (known !== undefined && known.instances.length > 0) {
      if (known.instances.some(({ state }) => isAlive(state))) return known.instances;
      throw new Ec2Error(
        'IdempotentInstanceTerminated',
        'The client token you have provided is associated with a resource that is already deleted',
      );
    }
    if (clientToken !== '') this.#launches.set(clientToken, { asked, instances: [] });
    const refusal = this.#faults.refuse(query);
    if (refusal !== undefined) throw refusal;
    const instances = this.#create(query, clientToken);
    if (clientToken !== '') this.#launches.set(clientToken, { asked, instances });
    return instances;
  }

  describe(query: URLSearchParams): { page: readonly Ec2Instance[]; next: string | undefined } {
    const matching = this.all.filter((instance) => matches(instance, query));
    const visible = matching.filter(
      ({ hiddenFor, state }) =>
        hiddenFor <= 0 && !(this.#faults.forgetsEnded && state === 'terminated'),
    );
    const start = Number(query.get('NextToken') ?? 0);
    // One listing, however many pages, is one look.
    if (start === 0) for (const instance of matching) this.#wasLookedAt(instance);
    const size = Math.min(this.#faults.pageSize, Number(query.get('MaxResults') ?? 1000));
    const end = start + size;
    return {
      page: visible.slice(start, end),
      next: end < visible.length ? String(end) : undefined,
    };
  }

  terminate(query: URLSearchParams): readonly Ec2Instance[] {
    const found = listOf(query, 'InstanceId').map((id) => {
      const instance = this.all.find((candidate) => candidate.id === id);
      if (instance !== undefined) return instance;
      throw new Ec2Error('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
    });
    for (const instance of found) {
      if (instance.state === 'terminated' || instance.state === 'shutting-down') continue;
      instance.endingFor = this.#faults.endingCalls;
      const endsLater = this.#faults.holdsGroupFor > 0 || instance.endingFor > 0;
      instance.state = endsLater ? 'shutting-down' : 'terminated';
      this.#hooks.onTerminate?.(instance);
    }
    return found;
  }

  #wasLookedAt(instance: Ec2Instance): void {
    instance.hiddenFor--;
    if (instance.state !== 'shutting-down' || instance.endingFor === 0) return;
    instance.endingFor--;
    if (instance.endingFor === 0) instance.state = 'terminated';
  }

  #create(query: URLSearchParams, clientToken: string): readonly Ec2Instance[] {
    const image = query.get('ImageId') ?? '';
    if (!this.#faults.images.has(image)) {
      throw new Ec2Error('InvalidAMIID.NotFound', `The image id '[${image}]' does not exist`);
    }
    const type = query.get('InstanceType') ?? '';
    const market = query.get('InstanceMarketOptions.MarketType') === 'spot' ? 'spot' : 'on-demand';
    const everywhere = `${type}/${market}`;
    const inSubnet = `${everywhere}/${query.get('SubnetId')}`;
    const pool = this.#faults.capacity.has(inSubnet) ? inSubnet : everywhere;
    const left = this.#faults.capacity.get(pool) ?? Infinity;
    if (left < Number(query.get('MinCount'))) {
      throw new Ec2Error('InsufficientInstanceCapacity', `No capacity for ${pool}`, 500);
    }
    const count = Math.min(left, Number(query.get('MaxCount')));
    this.#faults.capacity.set(pool, left - count);
    const created = Array.from({ length: count }, (): Ec2Instance => ({
      id: `i-${randomBytes(8).toString('hex')}`,
      type,
      market,
      clientToken,
      tags: tagsFor('instance', query),
      userData: Buffer.from(query.get('UserData') ?? '', 'base64').toString(),
      launchTime: Date.now(),
      groups: [...listOf(query, 'SecurityGroup'), ...listOf(query, 'SecurityGroupId')],
      state: 'running',
      hiddenFor: this.#faults.lagCalls,
      endingFor: 0,
    }));
    this.all.push(...created);
    for (const instance of created) this.#hooks.onLaunch?.(instance);
    return created;
  }
}

function isAlive(state: Ec2Instance['state']): boolean {
  return state === 'pending' || state === 'running';
}

function matches(instance: Ec2Instance, query: URLSearchParams): boolean {
  for (let n = 1; query.has(`Filter.${n}.Name`); n++) {
    const name = query.get(`Filter.${n}.Name`) ?? '';
    const values = listOf(query, `Filter.${n}.Value`);
    if (!values.includes(valueOf(instance, name) ?? '')) return false;
  }
  const ids = listOf(query, 'InstanceId');
  return ids.length === 0 || ids.includes(instance.id);
}

function valueOf(instance: Ec2Instance, filter: string): string | undefined {
  if (filter.startsWith('tag:')) return instance.tags.get(filter.slice('tag:'.length));
  if (filter === 'instance-state-name') return instance.state;
  if (filter === 'client-token') return instance.clientToken;
  throw new Ec2Error('InvalidParameterValue', `The filter '${filter}' is invalid`);
}

/** Of a call that makes a thing, the tags for it. */
export function tagsFor(kind: string, query: URLSearchParams): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (let n = 1; query.has(`TagSpecification.${n}.ResourceType`); n++) {
    const prefix = `TagSpecification.${n}`;
    if (query.get(`${prefix}.ResourceType`) !== kind) continue;
    for (let t = 1; query.has(`${prefix}.Tag.${t}.Key`); t++) {
      tags.set(
        query.get(`${prefix}.Tag.${t}.Key`) ?? '',
        query.get(`${prefix}.Tag.${t}.Value`) ?? '',
      );
    }
  }
  return tags;
}

export function listOf(query: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let n = 1; query.has(`${name}.${n}`); n++) values.push(query.get(`${name}.${n}`) ?? '');
  return values;
}
