import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  type CreateQueueCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { AwsClients } from '../aws-clients.ts';
import { callAws } from '../aws-error.ts';
import { deadLetterQueue, deadLetterQueueName, jobQueue, NO_QUEUE } from '../queue-definitions.ts';
import type { OwnTag, Resource } from './resource.ts';

/** A queue's dead letters first: the queue itself refers to them. */
export function queueResources(
  clients: AwsClients,
  name: string,
  tag: OwnTag,
): readonly Resource[] {
  const resource = (
    queueName: string,
    definition: () => Promise<CreateQueueCommandInput>,
  ): Resource => ({
    kind: 'queue',
    name: queueName,
    isEssential: true,
    isThere: async () => (await call(clients, queueName, () => Promise.resolve(true))) === true,
    async create() {
      const input = { ...(await definition()), tags: { [tag.Key]: tag.Value } };
      await callAws(`SQS, queue ${queueName}`, async () =>
        (await clients.sqs()).send(new CreateQueueCommand(input)),
      );
    },
    async isOwn() {
      const answer = await call(clients, queueName, (sqs, QueueUrl) =>
        sqs.send(new ListQueueTagsCommand({ QueueUrl })),
      );
      return answer?.Tags?.[tag.Key] === tag.Value;
    },
    async remove() {
      await call(clients, queueName, (sqs, QueueUrl) =>
        sqs.send(new DeleteQueueCommand({ QueueUrl })),
      );
    },
  });
  const deadName = deadLetterQueueName(name);
  return [
    resource(deadName, () => Promise.resolve(deadLetterQueue(name))),
    resource(name, async () => jobQueue(name, await arnOf(clients, deadName))),
  ];
}

async function arnOf(clients: AwsClients, name: string): Promise<string> {
  const answer = await call(clients, name, (sqs, QueueUrl) =>
    sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })),
  );
  return answer?.Attributes?.QueueArn ?? '';
}

/** @returns undefined when there is no such queue */
async function call<T>(
  clients: AwsClients,
  name: string,
  act: (sqs: SQSClient, queueUrl: string) => Promise<T>,
): Promise<T | undefined> {
  const ask = async () => {
    const sqs = await clients.sqs();
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return await act(sqs, QueueUrl);
  };
  return await callAws(`SQS, queue ${name}`, ask, NO_QUEUE);
}
