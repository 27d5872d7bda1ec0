import * as z from 'zod';
import { isSealingKey, SEALING_KEY_FORM } from '../core/seal.ts';
import type { Kind } from './setting.ts';

const Key = z.string().refine(isSealingKey);

/** What secrets are kept sealed with: one, or several while one takes the place of another. */
export const sealingKeys: Kind<string | readonly string[], readonly string[]> = {
  schema: z
    .union([Key, z.array(Key)])
    .transform((given) => (typeof given === 'string' ? [given] : given)),
  form: 'list',
  expects: `${SEALING_KEY_FORM}, or a list of such`,
};
