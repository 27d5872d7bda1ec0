import { expect, it, onTestFinished } from 'vitest';
import { AwsClients } from '../../../src/aws/aws-clients.ts';
import { queueResources } from '../../../src/aws/setup/queue-resource.ts';
import { awsSettings } from '../../conformance/open-aws-tables.ts';
import { startHttpServer } from '../storage/start-http-server.ts';
import { json } from 'node:stream/consumers';

const ARN = 'arn:aws:sqs:us-east-1:111122223333:jobs_dead';

/** SQS that answers each action with what is given for it, one after the other, the last one for good. */
async function begin(answers: Readonly<Record<string, readonly Answer[]>>) {
  const calls: { readonly action: string; readonly input: Record<string, unknown> }[] = [];
  const left = new Map(Object.entries(answers).map(([action, list]) => [action, [...list]]));
  const server = await startHttpServer((request, response) => {
    void (async () => {
      const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
      calls.push({ action, input: (await json(request)) as Record<string, unknown> });
      const list = left.get(action) ?? [];
      const answer = (list.length > 1 ? list.shift() : list[0]) ?? {};
      const type = { 'content-type': 'application/x-amz-json-1.0' };
      const isError = typeof answer === 'string';
      response
        .writeHead(isError ? 400 : 200, type)
        .end(JSON.stringify(isError ? { ['__type']: answer, message: answer } : answer));
    })();
  });
  const clients = new AwsClients(awsSettings({ sqsEndpoint: server.url }));
  onTestFinished(() => clients.close());
  const waits: string[] = [];
  const tools = {
    clients,
    tag: { Key: 'media-nommer', Value: 'x' },
    onWait: (what: string) => void waits.push(what),
  };
  const [dead, queue] = queueResources(tools, 'jobs');
  return { dead, queue, calls, waits };
}

/** A string is the code of a refusal. */
type Answer = string | Readonly<Record<string, unknown>>;

const THERE = { QueueUrl: 'http://sqs/jobs_dead' };

it('refers to dead letters that SQS does not find by their name yet', async () => {
  const { dead, queue, calls } = await begin({
    CreateQueue: [THERE],
    GetQueueUrl: ['QueueDoesNotExist'],
    GetQueueAttributes: [
      'QueueDoesNotExist',
      { Attributes: {} },
      { Attributes: { QueueArn: ARN } },
    ],
  });
  await dead?.create?.();
  await queue?.create?.();
  const attributes = calls.at(-1)?.input['Attributes'] as Record<string, string>;
  expect(JSON.parse(attributes['RedrivePolicy'] ?? '')).toMatchObject({ deadLetterTargetArn: ARN });
});

it('waits, and says so, while SQS keeps the name of a deleted queue', async () => {
  const { dead, calls, waits } = await begin({
    CreateQueue: ['QueueDeletedRecently', 'AWS.SimpleQueueService.QueueDeletedRecently', THERE],
  });
  await dead?.create?.();
  expect(calls.map(({ action }) => action)).toEqual(['CreateQueue', 'CreateQueue', 'CreateQueue']);
  expect(waits).toEqual([expect.stringContaining('jobs_dead has been deleted just now')]);
});

it('is not there any more when only its name still answers', async () => {
  const { dead } = await begin({
    GetQueueUrl: [THERE],
    GetQueueAttributes: ['QueueDoesNotExist'],
  });
  expect(await dead?.look()).toEqual({ state: 'missing' });
});
