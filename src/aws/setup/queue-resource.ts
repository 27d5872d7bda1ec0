import { setTimeout } from 'node:timers/promises';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  type CreateQueueCommandInput,
  type QueueAttributeName,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { NommerError } from '../../core/errors.ts';
import { awsErrorCode, callAws } from '../aws-error.ts';
import { deadLetterQueue, deadLetterQueueName, jobQueue, NO_QUEUE } from '../queue-definitions.ts';
import { found, MISSING, ownership, type Resource, type SetupTools } from './resource.ts';

/** SQS gives a queue's name to no other for a minute after its deletion. */
const DELETED_RECENTLY = 'QueueDeletedRecently';
const NAME_TRIES = 40;
const NAME_AGAIN_MS = 2000;
/** A new queue is known everywhere within moments. */
const NEW_TRIES = 10;
const NEW_AGAIN_MS = 1000;

/** A queue's dead letters first: the queue itself refers to them. */
export function queueResources(tools: SetupTools, name: string): readonly Resource[] {
  const dead = new QueueResource(tools, deadLetterQueueName(name));
  const definition = deadLetterQueue(name);
  const deadLetters: Resource = {
    kind: 'queue',
    name: dead.name,
    look: () => dead.look(() => []),
    create: () => dead.create(definition),
    remove: () => dead.remove(),
  };
  const queue = new QueueResource(tools, name);
  return [
    deadLetters,
    {
      kind: 'queue',
      name,
      needs: [deadLetters],
      look: () => queue.look((attributes) => redriveDifferences(attributes, dead.name)),
      create: async () => queue.create(jobQueue(name, await dead.arn())),
      async repair() {
        const { RedrivePolicy } = jobQueue(name, await dead.arn()).Attributes ?? {};
        await queue.change({ RedrivePolicy: RedrivePolicy ?? '' });
      },
      remove: () => queue.remove(),
    },
  ];
}

type Attributes = Readonly<Partial<Record<string, string>>>;

function* redriveDifferences({ RedrivePolicy }: Attributes, deadName: string) {
  const [, target] =
    /"deadLetterTargetArn"\s*:\s*"[^"]*:([^":]+)"/u.exec(RedrivePolicy ?? '') ?? [];
  if (target === undefined) yield `its dead letters go nowhere, not to "${deadName}"`;
  else if (target !== deadName) yield `its dead letters go to "${target}", not to "${deadName}"`;
}

class QueueResource {
  readonly name: string;
  readonly #tools: SetupTools;
  /** Of a queue made here: SQS may not find it by its name yet. */
  #url: string | undefined;

  constructor(tools: SetupTools, name: string) {
    this.#tools = tools;
    this.name = name;
  }

  async look(differences: (attributes: Attributes) => Iterable<string>) {
    const attributes = await this.#attributes(['QueueArn', 'RedrivePolicy']);
    if (attributes === undefined) return MISSING;
    const { Key, Value } = this.#tools.tag;
    return found({
      isOwn: await ownership(async () => {
        const answer = await this.#call((sqs, QueueUrl) =>
          sqs.send(new ListQueueTagsCommand({ QueueUrl })),
        );
        return answer?.Tags?.[Key] === Value;
      }),
      differences: [...differences(attributes)],
      arn: attributes['QueueArn'],
    });
  }

  async create(definition: CreateQueueCommandInput): Promise<void> {
    const { Key, Value } = this.#tools.tag;
    const create = new CreateQueueCommand({ ...definition, tags: { [Key]: Value } });
    for (let tries = 1; ; tries += 1) {
      try {
        const made = await callAws(this.#what, async () => (await this.#sqs()).send(create));
        this.#url = made?.QueueUrl;
        return;
      } catch (thrown: unknown) {
        const code = thrown instanceof Error ? awsErrorCode(thrown.cause) : undefined;
        if (code !== DELETED_RECENTLY || tries === NAME_TRIES) throw thrown;
        if (tries === 1) {
          this.#tools.onWait(`up to a minute: a queue ${this.name} has been deleted just now`);
        }
      }
      await setTimeout(NAME_AGAIN_MS);
    }
  }

  async change(Attributes: Partial<Record<QueueAttributeName, string>>): Promise<void> {
    await this.#call((sqs, QueueUrl) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })),
    );
  }

  async remove(): Promise<void> {
    await this.#call((sqs, QueueUrl) => sqs.send(new DeleteQueueCommand({ QueueUrl })));
    this.#url = undefined;
  }

  /** @throws NommerError UNAVAILABLE when SQS does not tell, nor some seconds later */
  async arn(): Promise<string> {
    for (let tries = 1; tries <= NEW_TRIES; tries += 1) {
      const arn = (await this.#attributes(['QueueArn']))?.['QueueArn'];
      if (arn !== undefined && arn !== '') return arn;
      await setTimeout(NEW_AGAIN_MS);
    }
    throw new NommerError('UNAVAILABLE', `${this.#what}: SQS does not tell its ARN`);
  }

  async #attributes(AttributeNames: QueueAttributeName[]): Promise<Attributes | undefined> {
    const answer = await this.#call((sqs, QueueUrl) =>
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames })),
    );
    return answer === undefined ? undefined : (answer.Attributes ?? {});
  }

  /** @returns undefined when there is no such queue */
  async #call<T>(act: (sqs: SQSClient, queueUrl: string) => Promise<T>): Promise<T | undefined> {
    const ask = async () => {
      const sqs = await this.#sqs();
      const find = new GetQueueUrlCommand({ QueueName: this.name });
      const url = this.#url ?? (await sqs.send(find)).QueueUrl ?? '';
      return await act(sqs, url);
    };
    return await callAws(this.#what, ask, NO_QUEUE);
  }

  async #sqs(): Promise<SQSClient> {
    return await this.#tools.clients.sqs();
  }

  get #what(): string {
    return `SQS, queue ${this.name}`;
  }
}
