import * as z from 'zod';
import type { Kind } from './setting.ts';

/**
 * One key, or several while one takes the place of another.
 * @param form what a key is; completes "NAME must be …"
 */
export function keyList(
  isKey: (text: string) => boolean,
  form: string,
): Kind<string | readonly string[], readonly string[]> {
  const Key = z.string().refine(isKey);
  return {
    schema: z
      .union([Key, z.array(Key)])
      .transform((given) => (typeof given === 'string' ? [given] : given)),
    form: 'list',
    expects: `${form}, or a list of such`,
  };
}
