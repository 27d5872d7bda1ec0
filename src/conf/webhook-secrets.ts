import * as z from 'zod';
import { isWebhookSecret, WEBHOOK_SECRET_FORM } from '../core/webhook-secret.ts';
import type { Kind } from './setting.ts';

const Secret = z.string().refine(isWebhookSecret);

/** What notifications are signed with: one, or several while receivers change from one to another. */
export const webhookSecrets: Kind<string | readonly string[], readonly string[]> = {
  schema: z
    .union([Secret, z.array(Secret)])
    .transform((given) => (typeof given === 'string' ? [given] : given)),
  form: 'list',
  expects: `${WEBHOOK_SECRET_FORM}, or a list of such`,
};
