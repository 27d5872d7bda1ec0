import { WebhookSchema } from '../../../core/api-schema.ts';
import { JobStateSchema } from '../../../core/job-schema.ts';
import { WEBHOOK_HEADERS } from '../../../core/webhook-secret.ts';
import type { JsonSchemas } from './json-schema.ts';
import type { Parameter, PathItem } from './open-api.ts';

const TEXT = { type: 'string' } as const;
const DELIVERED = { description: 'Any 2xx: it is delivered, whatever the body says.' };

function query(name: string, description: string, schema = TEXT): Parameter {
  return { name, in: 'query', required: true, description, schema };
}

/** What feederd itself sends, to who is named in a job. */
export function webhooks(schemas: JsonSchemas): Readonly<Record<string, PathItem>> {
  return {
    notify: {
      post: {
        summary: 'Tell of a job, signed',
        description:
          'To `notify.url`, signed as Standard Webhooks has it. What is not delivered is tried again for ' +
          'about three days, `Retry-After` is heeded, and the same one may come twice.',
        parameters: Object.values(WEBHOOK_HEADERS).map((name) => ({
          name,
          in: 'header',
          required: true,
          schema: TEXT,
        })),
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemas.of(WebhookSchema) } },
        },
        responses: {
          '2XX': DELIVERED,
          410: { description: 'The receiver is told no more of this job.' },
          default: { description: 'It is tried again.' },
        },
      },
    },
    notify_url: {
      get: {
        summary: 'Tell of the end of a job',
        description: 'To `notify_url`, as in 2012; a URL with a query of its own keeps it.',
        parameters: [
          query('job_id', 'The job.'),
          query('unique_id', 'The same.'),
          { ...query('job_state', 'How it ended.'), schema: schemas.of(JobStateSchema) },
          query('notification_id', 'Stable over retries.'),
          {
            ...query('job_state_details', 'Why, where there is something to say.'),
            required: false,
          },
        ],
        responses: { '2XX': DELIVERED, default: { description: 'It is tried again.' } },
      },
    },
  };
}
