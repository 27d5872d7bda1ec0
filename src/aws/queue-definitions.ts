import type { CreateQueueCommandInput } from '@aws-sdk/client-sqs';

/** What SQS says where there is no such queue; the second name is its older one. */
export const NO_QUEUE: readonly string[] = ['QueueDoesNotExist', 'NonExistentQueue'];

const FOURTEEN_DAYS = 14 * 86_400;
/** A message received so often and not removed is poison: it goes to the dead letters. */
const MAX_RECEIVES = 100;

export function deadLetterQueueName(name: string): string {
  return `${name}_dead`;
}

export function deadLetterQueue(name: string): CreateQueueCommandInput {
  return {
    QueueName: deadLetterQueueName(name),
    Attributes: { MessageRetentionPeriod: String(FOURTEEN_DAYS), SqsManagedSseEnabled: 'true' },
  };
}

/** @param deadLetterArn of the queue made from `deadLetterQueue` */
export function jobQueue(
  name: string,
  deadLetterArn: string,
  maxReceives = MAX_RECEIVES,
): CreateQueueCommandInput {
  return {
    QueueName: name,
    Attributes: {
      MessageRetentionPeriod: String(FOURTEEN_DAYS),
      SqsManagedSseEnabled: 'true',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetterArn,
        maxReceiveCount: maxReceives,
      }),
    },
  };
}
