import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type CreateQueueCommandInput,
} from '@aws-sdk/client-sqs';
import type { AwsClients } from '../aws-clients.ts';
import { awsErrorCode, fromAws } from '../aws-error.ts';
import { deadLetterQueue, deadLetterQueueName, jobQueue } from '../queue-definitions.ts';
import type { Resource } from './resource.ts';

const NO_QUEUE = new Set(['QueueDoesNotExist', 'NonExistentQueue']);

/** A queue's dead letters first: the queue itself refers to them. */
export function queueResources(
  clients: AwsClients,
  name: string,
  tags: Readonly<Record<string, string>>,
): readonly Resource[] {
  const resource = (
    queueName: string,
    definition: () => Promise<CreateQueueCommandInput>,
  ): Resource => ({
    kind: 'queue',
    name: queueName,
    async isThere() {
      return (await urlOf(clients, queueName)) !== undefined;
    },
    async create() {
      await call(queueName, async () => {
        const sqs = await clients.sqs();
        await sqs.send(new CreateQueueCommand({ ...(await definition()), tags }));
      });
    },
  });
  const deadName = deadLetterQueueName(name);
  return [
    resource(deadName, () => Promise.resolve(deadLetterQueue(name))),
    resource(name, async () => jobQueue(name, await arnOf(clients, deadName))),
  ];
}

async function urlOf(clients: AwsClients, name: string): Promise<string | undefined> {
  return await call(name, async () => {
    try {
      const sqs = await clients.sqs();
      return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
    } catch (thrown: unknown) {
      if (NO_QUEUE.has(awsErrorCode(thrown) ?? '')) return undefined;
      throw thrown;
    }
  });
}

async function arnOf(clients: AwsClients, name: string): Promise<string> {
  const QueueUrl = await urlOf(clients, name);
  return await call(name, async () => {
    const sqs = await clients.sqs();
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    return Attributes?.QueueArn ?? '';
  });
}

async function call<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown: unknown) {
    throw fromAws(thrown, `SQS, queue ${name}`);
  }
}
