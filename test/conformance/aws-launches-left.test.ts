import { describe, expect, it } from 'vitest';
import { LaunchLedger } from '../../src/aws/launch-ledger.ts';
import type { FleetNode } from '../../src/core/ports.ts';
import { MINUTE, openEc2 } from './open-ec2.ts';

const ALL_TRIES_OF_THE_SDK = 5;

/** Of a feederd that stands still, as with SIGSTOP, around the note of its first call. */
class StandingLedger extends LaunchLedger {
  readonly #when: 'before' | 'after';
  readonly #stands = Promise.withResolvers<void>();
  readonly #goesOn = Promise.withResolvers<void>();

  constructor(of: ConstructorParameters<typeof LaunchLedger>[0], when: 'before' | 'after') {
    super(of);
    this.#when = when;
  }

  get stands(): Promise<void> {
    return this.#stands.promise;
  }

  goOn(): void {
    this.#goesOn.resolve();
  }

  override async attempt(...args: Parameters<LaunchLedger['attempt']>) {
    const early = this.#when === 'before' ? undefined : await super.attempt(...args);
    this.#stands.resolve();
    await this.#goesOn.promise;
    return this.#when === 'before' ? await super.attempt(...args) : early;
  }
}

describe('a launch that was left in its middle', () => {
  it('counts once after a restart, its described nodes and their reservation', async () => {
    const { ec2, time, makeFleet, living } = await openEc2();
    ec2.faults.lostReplies = ALL_TRIES_OF_THE_SDK;
    const lost = { count: 2, token: 'lost', maximum: 4 };
    await expect(makeFleet().launch(lost)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const after = makeFleet();
    expect(await after.launch({ count: 2, token: 'next', maximum: 4 })).toHaveLength(2);
    expect(living()).toHaveLength(4);
    time.passed = 2 * MINUTE;
    expect(await after.launch({ count: 2, token: 'full', maximum: 4 })).toEqual([]);
  });

  it('leaves its room when its nodes have ended, those in the middle of it too', async () => {
    const { ec2, makeFleet } = await openEc2();
    ec2.faults.lostReplies = ALL_TRIES_OF_THE_SDK;
    const lost = { count: 2, token: 'lost', maximum: 2 };
    await expect(makeFleet().launch(lost)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const after = makeFleet();
    ec2.faults.endingCalls = 2;
    await after.terminate(ec2.instances.map(({ id }) => id));
    expect(ec2.instances.map(({ state }) => state)).toEqual(['shutting-down', 'shutting-down']);
    expect(await after.launch({ count: 2, token: 'next', maximum: 2 })).toHaveLength(2);
  });

  it('is ended by whoever needs its room: the call that may have been made is made', async () => {
    const { clients, table, time, makeFleet, runs, living } = await openEc2();
    const dead = new StandingLedger({ clients, table }, 'after');
    const never = makeFleet({}, dead).launch({ count: 3, token: 'dead', maximum: 3 });
    await dead.stands;
    const after = makeFleet();
    const request = { count: 2, token: 'next', maximum: 3 };
    expect(await after.launch(request)).toEqual([]);
    time.passed = MINUTE;
    expect(await after.launch(request)).toHaveLength(3);
    expect(living()).toHaveLength(3);
    dead.goOn();
    expect(await never).toHaveLength(3);
    expect(living()).toHaveLength(3);
    expect(runs()).toHaveLength(2);
  });

  it('holds its room for an hour where nobody can end it', async () => {
    const { ec2, time, makeFleet, living } = await openEc2();
    ec2.faults.lagCalls = 1000;
    ec2.faults.lostReplies = 1000;
    const lost = { count: 2, token: 'lost', maximum: 2 };
    await expect(makeFleet().launch(lost)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    time.passed = 50 * MINUTE;
    const next = { count: 2, token: 'next', maximum: 2 };
    await expect(makeFleet().launch(next)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(living()).toHaveLength(2);
    // EC2 describes nothing for hours: that is as if nothing ran.
    ec2.faults.lostReplies = 0;
    time.passed += 61 * MINUTE;
    expect(await makeFleet().launch(next)).toHaveLength(2);
  });
});

describe('a feederd that stands still for long', () => {
  it.each([
    { when: 'before', hears: 'that it has no room', then: [] },
    { when: 'after', hears: 'that it is too late', then: { code: 'UNAVAILABLE' } },
  ] as const)('just $when it notes its call, hears $hears', async ({ when, then }) => {
    const { clients, table, time, makeFleet, living } = await openEc2();
    const standing = new StandingLedger({ clients, table }, when);
    const request = { count: 3, token: 'first', maximum: 3 };
    const first = makeFleet({}, standing).launch(request);
    await standing.stands;
    time.passed = 11 * MINUTE;
    const next = await makeFleet().launch({ count: 3, token: 'next', maximum: 3 });
    expect(next).toHaveLength(3);
    standing.goOn();
    expect(await first.catch((thrown: unknown) => thrown)).toMatchObject(then);
    // After the note, whoever needed nodes has made the call in its stead.
    const found = await makeFleet().launch(request);
    expect(idsOf(found)).toEqual(when === 'before' ? [] : idsOf(next));
    expect(living()).toHaveLength(3);
  });

  it('does not make a call that it noted long ago', async () => {
    const { clients, table, time, makeFleet, runs } = await openEc2();
    const standing = new StandingLedger({ clients, table }, 'after');
    const request = { count: 3, token: 'first', maximum: 3 };
    const fleet = makeFleet({}, standing);
    const first = fleet.launch(request);
    await standing.stands;
    time.passed = 2 * 60 * MINUTE;
    standing.goOn();
    await expect(first).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(runs()).toHaveLength(0);
    expect(await fleet.launch(request)).toHaveLength(3);
  });
});

function idsOf(nodes: readonly FleetNode[]): string[] {
  return nodes.map(({ nodeId }) => nodeId);
}

describe('the ledger', () => {
  it('is not written when nothing is granted and nothing ends', async () => {
    const { makeFleet, ledgerVersion } = await openEc2();
    const fleet = makeFleet();
    await fleet.launch({ count: 1, token: 'a', maximum: 1 });
    const before = await ledgerVersion();
    expect(before).toBeDefined();
    for (const token of ['b', 'c']) {
      expect(await fleet.launch({ count: 1, token, maximum: 1 })).toEqual([]);
    }
    await fleet.launch({ count: 1, token: 'a', maximum: 1 });
    await fleet.terminate(['i-unknown']);
    expect(await ledgerVersion()).toBe(before);
  });
});
