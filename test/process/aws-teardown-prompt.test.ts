import { execFile } from 'node:child_process';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsClients } from '../../src/aws/aws-clients.ts';
import { awsSettings } from '../conformance/open-aws-tables.ts';
import { startAccountServer, type AccountServer } from '../doubles/start-account-server.ts';
import { atTerminal } from './at-a-terminal.ts';
import { Installation } from './installation.ts';
import { CLI_COMMAND, runCli, type CliOptions } from './run-cli.ts';
import { startAws, type Aws } from './start-aws.ts';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

describe('media-nommer teardown, to a person', { timeout: 60_000 }, () => {
  let aws: Aws;
  let account: AccountServer;
  let here: Installation;
  let clients: AwsClients;
  let options: CliOptions;
  let own: readonly string[];

  beforeAll(async () => {
    aws = await startAws({});
    account = await startAccountServer();
    const env = { ...aws.env, ...account.env };
    here = await Installation.create(env);
    // Where no feederd is.
    options = { cwd: here.dir, env: { ...env, FEEDERD_PORT: new URL(here.url).port } };
    const { DYNAMODB_ENDPOINT: dynamodbEndpoint, SQS_ENDPOINT: sqsEndpoint } = aws.env;
    clients = new AwsClients(awsSettings({ dynamodbEndpoint, sqsEndpoint }));
    await here.mediaNommer(['setup']);
    own = await left();
  }, 60_000);
  afterAll(async () => {
    await here.destroy();
    await clients.close();
    await account.close();
    await aws.close();
  });

  async function left(): Promise<readonly string[]> {
    const tables = await (await clients.dynamodb()).send(new ListTablesCommand());
    const queues = await (await clients.sqs()).send(new ListQueuesCommand());
    const names = [...(tables.TableNames ?? []), ...(queues.QueueUrls ?? [])];
    return [...names, ...account.things.keys()].toSorted();
  }

  it.each([
    ['another name', 'media-nommer\r'],
    ['part of its name', 'media_nom\r'],
    ['nothing', '\r'],
    ['Ctrl-D', CTRL_D],
  ])('deletes nothing at %s, and says so', async (_, keys) => {
    const { code, screen } = await atTerminal(['teardown'], keys, options);
    expect(screen).toMatch(/\nNothing was deleted\.\s*$/u);
    expect(code).toBe(1);
    expect(await left()).toEqual(own);
  });

  it('ends at Ctrl-C as any program does, also after the name', async () => {
    const { code, screen } = await atTerminal(['teardown'], `media_nommer${CTRL_C}`, options);
    expect(code).toBe(130);
    expect(screen).toMatch(/to go on: media_nommer\s*Nothing was deleted\.\s*$/u);
    expect(await left()).toEqual(own);
  });

  it('does not ask where there is no terminal', async () => {
    const { code, stderr } = await runCli(['teardown'], options);
    expect(stderr).toMatch(
      /^error: Nobody can be asked here, so nothing was deleted; --yes media_nommer deletes [^\n]*\n\(see --help\)\n$/u,
    );
    expect(code).toBe(2);
    expect(await left()).toEqual(own);
  });

  it('takes no answer from a pipe', async () => {
    const program = ['-c', 'echo media_nommer | "$@"', 'sh', ...CLI_COMMAND, 'teardown'];
    const env = { PATH: process.env['PATH'], HOME: here.dir, ...options.env };
    const code = await new Promise((resolve) => {
      execFile('/bin/sh', program, { cwd: here.dir, env }, (thrown) => resolve(thrown?.code));
    });
    expect(code).toBe(2);
    expect(await left()).toEqual(own);
  });

  it('deletes once its name has been typed', async () => {
    expect(own).toContain('media_nommer');
    const { code, screen } = await atTerminal(['teardown'], 'media_nommer\r', options);
    expect(screen).toMatch(/about\s+to\s+lose,\s+for\s+good: \d+ things, no jobs\./u);
    expect(screen).toMatch(/deleted +table +media_nommer/u);
    expect(code).toBe(0);
    expect(await left()).toEqual([]);
  });
});
