import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { JobQueue, QueueDepth, QueueMessage, ReceiveRequest } from '../core/ports.ts';
import type { AwsClients } from './aws-clients.ts';
import { awsErrorCode, fromAws } from './aws-error.ts';
import { deadLetterQueueName, NO_QUEUE } from './queue-definitions.ts';

export interface SqsJobQueueOptions {
  readonly clients: AwsClients;
  readonly name: string;
}

/** What SQS says to a receipt whose message is gone, visible again or somebody else's. */
const OUTDATED = new Set(['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue']);
const MAX_REMEMBERED_RECEIPTS = 10_000;
/** How much later than its wait the answer to a long poll may begin. */
const POLL_MARGIN_SECONDS = 10;
/** How long a dead letter is hidden from other readers while one looks at it. */
const DEAD_LETTER_SECONDS = 0;

/** A standard queue of SQS, with its dead-letter queue beside it. */
export class SqsJobQueue implements JobQueue {
  readonly #clients: AwsClients;
  readonly #name: string;
  readonly #urls = new Map<string, Promise<string>>();
  /** Receipts given back: SQS may still take orders through them. The oldest are forgotten. */
  readonly #spent = new Set<string>();

  constructor({ clients, name }: SqsJobQueueOptions) {
    this.#clients = clients;
    this.#name = name;
  }

  async send(body: string, delaySeconds = 0): Promise<void> {
    await this.#call(this.#name, (sqs, QueueUrl) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: body,
          ...(delaySeconds > 0 && { DelaySeconds: Math.ceil(delaySeconds) }),
        }),
      ),
    );
  }

  async receive(request: ReceiveRequest): Promise<readonly QueueMessage[]> {
    const { signal } = request;
    if (signal?.aborted) return [];
    try {
      const messages = await this.#receive(this.#name, request);
      if (!signal?.aborted) return messages;
      // Whoever aborted has gone: others shall have them at once.
      await Promise.allSettled(messages.map(({ receipt }) => this.release(receipt)));
      return [];
    } catch (thrown: unknown) {
      if (signal?.aborted) return [];
      throw thrown;
    }
  }

  async extend(receipt: string, seconds: number): Promise<void> {
    if (this.#spent.has(receipt)) return;
    await this.#hide(receipt, Math.ceil(seconds));
  }

  async release(receipt: string): Promise<void> {
    if (this.#spent.has(receipt)) return;
    await this.#hide(receipt, 0);
    this.#spend(receipt);
  }

  async remove(receipt: string): Promise<void> {
    if (this.#spent.has(receipt)) return;
    await this.#delete(this.#name, receipt);
    this.#spend(receipt);
  }

  async depth(): Promise<QueueDepth> {
    const { Attributes = {} } = await this.#call(this.#name, (sqs, QueueUrl) =>
      sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesDelayed',
            'ApproximateNumberOfMessagesNotVisible',
          ],
        }),
      ),
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  }

  async deadLetters(): Promise<readonly QueueMessage[]> {
    return await this.#receive(deadLetterQueueName(this.#name), {
      max: 10,
      waitSeconds: 0,
      visibilitySeconds: DEAD_LETTER_SECONDS,
    });
  }

  async removeDeadLetter(receipt: string): Promise<void> {
    await this.#delete(deadLetterQueueName(this.#name), receipt);
  }

  /** SQS takes up to a minute for it, and one purge a minute. */
  async wipe(): Promise<void> {
    for (const name of [this.#name, deadLetterQueueName(this.#name)]) {
      try {
        await this.#call(name, (sqs, QueueUrl) => sqs.send(new PurgeQueueCommand({ QueueUrl })));
      } catch (thrown: unknown) {
        if (awsErrorCode(causeOf(thrown)) !== 'PurgeQueueInProgress') throw thrown;
      }
    }
  }

  async #receive(name: string, request: ReceiveRequest): Promise<readonly QueueMessage[]> {
    const { max, waitSeconds, visibilitySeconds, signal } = request;
    const { Messages = [] } = await this.#call(name, (sqs, QueueUrl) =>
      sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: Math.ceil(waitSeconds),
          VisibilityTimeout: Math.ceil(visibilitySeconds),
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        }),
        {
          requestTimeout: (waitSeconds + POLL_MARGIN_SECONDS) * 1000,
          ...(signal !== undefined && { abortSignal: signal }),
        },
      ),
    );
    return Messages.map(toQueueMessage);
  }

  async #hide(receipt: string, seconds: number): Promise<void> {
    await this.#order(this.#name, (sqs, QueueUrl) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: receipt,
          VisibilityTimeout: seconds,
        }),
      ),
    );
  }

  async #delete(name: string, receipt: string): Promise<void> {
    await this.#order(name, (sqs, QueueUrl) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt })),
    );
  }

  /** An order by receipt; an outdated one changes nothing. */
  async #order(
    name: string,
    send: (sqs: SQSClient, queueUrl: string) => Promise<unknown>,
  ): Promise<void> {
    try {
      await this.#call(name, send);
    } catch (thrown: unknown) {
      if (!OUTDATED.has(awsErrorCode(causeOf(thrown)) ?? '')) throw thrown;
    }
  }

  #spend(receipt: string): void {
    this.#spent.add(receipt);
    if (this.#spent.size <= MAX_REMEMBERED_RECEIPTS) return;
    for (const oldest of this.#spent) {
      this.#spent.delete(oldest);
      return;
    }
  }

  async #call<Answer>(
    name: string,
    send: (sqs: SQSClient, queueUrl: string) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      const sqs = await this.#clients.sqs();
      return await send(sqs, await this.#url(sqs, name));
    } catch (thrown: unknown) {
      // Perhaps it has been made anew meanwhile.
      if (NO_QUEUE.includes(awsErrorCode(thrown) ?? '')) this.#urls.delete(name);
      throw fromAws(thrown, `SQS, queue ${name}`);
    }
  }

  /** Asked of SQS: nothing promises what a queue's URL looks like. */
  #url(sqs: SQSClient, name: string): Promise<string> {
    const known = this.#urls.get(name);
    if (known !== undefined) return known;
    const asking = sqs
      .send(new GetQueueUrlCommand({ QueueName: name }))
      .then(({ QueueUrl = '' }) => QueueUrl);
    asking.catch(() => this.#urls.delete(name));
    this.#urls.set(name, asking);
    return asking;
  }
}

function toQueueMessage({ Body = '', ReceiptHandle = '', Attributes }: Message): QueueMessage {
  const receiveCount = Number(Attributes?.ApproximateReceiveCount ?? 1);
  return { body: Body, receipt: ReceiptHandle, receiveCount };
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined;
}
