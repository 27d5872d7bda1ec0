import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import { Ec2Fleet } from '../../src/aws/ec2-fleet.ts';
import { LaunchLedger } from '../../src/aws/launch-ledger.ts';
import { nodeStateTable } from '../../src/aws/table-definitions.ts';
import { startEc2Server } from '../doubles/ec2-server/start-ec2-server.ts';
import { startMortalLine, type Life } from '../doubles/start-mortal-line.ts';
import { awsSettings, openAwsTables } from './open-aws-tables.ts';

const MINUTE = 60_000;
const NEVER = 1000;
const SETTINGS = {
  ec2AmiId: 'ami-1',
  ec2KeyName: undefined,
  ec2InstanceTypes: ['c7i.xlarge', 'm7i.xlarge'],
  ec2SecurityGroups: [],
  ec2IamInstanceProfile: undefined,
  ec2Subnets: [],
  ec2Market: 'spot-then-on-demand',
} as const;

/** One account with feederds that live on, and feederds that share one `life`. */
async function openAccount(lastIsHeard = true) {
  const tables = await openAwsTables();
  const ec2 = await startEc2Server();
  const life: Life = { requestsLeft: Infinity, lastIsHeard };
  const dynamodbLine = await startMortalLine(tables.endpoint, life);
  const ec2Line = await startMortalLine(ec2.endpoint, life);
  const clients = {
    immortal: clientsOf(tables.endpoint, ec2.endpoint),
    mortal: clientsOf(dynamodbLine.endpoint, ec2Line.endpoint),
  };
  onTestFinished(async () => {
    await Promise.all([clients.immortal.close(), clients.mortal.close()]);
    await Promise.all([dynamodbLine.close(), ec2Line.close(), ec2.close()]);
  });
  const time = { passed: 0 };

  /** An installation without launches so far. */
  async function install(name: string) {
    const table = `${name}-nodes`;
    const dynamodb = await tables.clients.dynamodb();
    await dynamodb.send(new CreateTableCommand(nodeStateTable(table)));
    const feederd = (kind: keyof typeof clients = 'immortal') =>
      new Ec2Fleet({
        clients: clients[kind],
        settings: { ...SETTINGS, jobStateTable: name },
        ledger: new LaunchLedger({ clients: clients[kind], table }),
        userData: '#cloud-config\n',
        clock: { now: () => Date.now() + time.passed, monotonic: () => time.passed },
      });
    const started = (token?: string) =>
      ec2.instances.filter(
        ({ tags }) =>
          tags.get('media-nommer') === name &&
          (token === undefined || tags.get('media-nommer-launch') === token),
      ).length;
    return { feederd, started };
  }
  return { ec2, life, time, install };
}

function clientsOf(dynamodbEndpoint: string, ec2Endpoint: string): AwsClients {
  return new AwsClients(awsSettings({ dynamodbEndpoint, ec2Endpoint }));
}

describe('a launch of which EC2 describes nothing', () => {
  it('takes up room for ten minutes and no longer', async () => {
    const { ec2, time, install } = await openAccount();
    ec2.faults.lagCalls = NEVER;
    const { feederd } = await install('nom');
    const [one, two] = [feederd(), feederd()];
    expect(await one.launch({ count: 2, token: 'a', maximum: 2 })).toHaveLength(2);
    time.passed = 9 * MINUTE;
    expect(await two.nodes()).toHaveLength(2);
    expect(await two.launch({ count: 1, token: 'b', maximum: 2 })).toEqual([]);
    time.passed = 11 * MINUTE;
    expect(await two.nodes()).toEqual([]);
    expect(await two.launch({ count: 1, token: 'b', maximum: 2 })).toHaveLength(1);
    expect(await one.nodes()).toHaveLength(1);
  });

  it('takes up no room for ever when its answer was lost and nobody repeats it', async () => {
    const { ec2, time, install } = await openAccount();
    ec2.faults.lagCalls = NEVER;
    ec2.faults.lostReplies = NEVER;
    const { feederd, started } = await install('nom');
    await expect(feederd().launch({ count: 2, token: 'a', maximum: 2 })).rejects.toThrow();
    ec2.faults.lostReplies = 0;
    time.passed = 9 * MINUTE;
    await feederd().launch({ count: 2, token: 'b', maximum: 2 });
    expect(started()).toBe(2);
    time.passed = 120 * MINUTE;
    expect(await feederd().launch({ count: 2, token: 'b', maximum: 2 })).toHaveLength(2);
    expect(started('b')).toBe(2);
  });
});

describe('a feederd that dies while it launches', { timeout: 120_000 }, () => {
  const DYING = { count: 3, token: 'dying', maximum: 4 };
  const MORE = { count: 4, token: 'more', maximum: 4 };

  describe.each([
    { lastIsHeard: false, when: 'before' },
    { lastIsHeard: true, when: 'after' },
  ])('$when a request is heard, whichever it is', ({ lastIsHeard }) => {
    it.each([
      { then: 'its launch is repeated', lagCalls: 0, requests: [DYING, MORE] },
      { then: 'its launch is repeated, unseen', lagCalls: NEVER, requests: [DYING, MORE] },
      { then: 'another launches before, unseen', lagCalls: NEVER, requests: [MORE, DYING] },
      { then: 'all at once, unseen', lagCalls: NEVER, requests: [[DYING, MORE, DYING, MORE]] },
    ])('never makes for more than was granted: $then', async ({ lagCalls, requests }) => {
      const { ec2, life, install } = await openAccount(lastIsHeard);
      ec2.faults.lagCalls = lagCalls;
      const wrong: object[] = [];
      let deaths = 0;
      for (let dieAt = 1; ; dieAt += 1) {
        // One of each: three calls, each for another type or market.
        ec2.faults.capacity.set('c7i.xlarge/spot', 1).set('m7i.xlarge/spot', 1);
        life.requestsLeft = dieAt;
        const { feederd, started } = await install(`nom-${dieAt}`);
        await feederd('mortal')
          .launch(DYING)
          .catch(() => {});
        if (life.requestsLeft > 0) break;
        deaths += 1;

        // The capacity that was lacking is back.
        ec2.faults.capacity.clear();
        for (const atOnce of requests) {
          await Promise.all([atOnce].flat().map((request) => feederd().launch(request)));
        }
        const [ofIt, all] = [started('dying'), started()];
        const isRight = ofIt <= DYING.count && all <= DYING.maximum && all > 0;
        if (!isRight) wrong.push({ dieAt, ofIt, all });
      }
      expect(wrong).toEqual([]);
      expect(deaths).toBeGreaterThan(10);
    });
  });
});
