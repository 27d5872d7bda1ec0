import type { Client } from '../../client/client.ts';
import { isErrorCode } from '../../client/send-request.ts';
import type { SubmitRequest, WireBatch } from '../../core/api-wire.ts';
import { NommerError } from '../../core/errors.ts';
import type { WireJob } from '../../core/job-wire.ts';
import { batchRequests } from './batch-requests.ts';
import { isStillGood, jobKey } from './job-key.ts';
import type { Planned } from './plan-requests.ts';

export interface SubmitParts {
  readonly client: Client;
  /** Encode anew what an earlier command has encoded already. */
  readonly again: boolean;
  readonly onJob: (job: WireJob) => void;
  readonly onRefused: (planned: Planned, thrown: NommerError) => void;
}

/** A feederd that is being restarted may take so many tries: some twenty seconds. */
const RETRIES = 7;

/** Submits what was planned, batch by batch, and calls back for each as its answer comes. */
export async function submitPlanned(
  planned: readonly Planned[],
  { client, again, onJob, onRefused }: SubmitParts,
): Promise<void> {
  let left: readonly Attempt[] = planned.map((each) => ({
    planned: each,
    key: again ? undefined : jobKey(each),
  }));
  // More than once where the job of an earlier command has failed, or its output has gone.
  while (left.length > 0) {
    const next: Attempt[] = [];
    for (const batch of batchRequests(left, toRequest)) {
      const answers = await client.submitMany(batch.map(toRequest), { retries: RETRIES });
      for (const [index, answer] of answers.entries()) {
        const attempt = batch[index];
        if (attempt === undefined) continue;
        if (!('job' in answer)) onRefused(attempt.planned, toError(answer.problem));
        else if (attempt.key === undefined || (await isStillGood(answer.job))) onJob(answer.job);
        else {
          const key = jobKey(attempt.planned, answer.job);
          next.push({ planned: attempt.planned, key });
        }
      }
    }
    left = next;
  }
}

interface Attempt {
  readonly planned: Planned;
  readonly key: string | undefined;
}

function toRequest({ planned, key }: Attempt): SubmitRequest {
  return { ...planned.request, ...(key !== undefined && { idempotency_key: key }) };
}

type Refusal = Extract<WireBatch['jobs'][number], { problem: unknown }>;

function toError({ error_code: code, detail }: Refusal['problem']): NommerError {
  return new NommerError(isErrorCode(code) ? code : 'INTERNAL', detail);
}
