import * as z from 'zod';
import { modules } from './kinds.ts';
import type { Kind } from './setting.ts';

const BUILT_IN_SCHEMES = new Set(['s3', 'http', 'https', 'file']);

/** What STORAGE_BACKENDS held in 2012: media-nommer's own classes. */
const CLASS_OF_2012 = /^media_nommer\.core\.storage_backends\./;

/** Storage backends of one's own by URI scheme. The classes of 2012 mean the built-in backends. */
export const storageBackends: Kind<
  Readonly<Record<string, string>>,
  Readonly<Record<string, string>>
> = {
  ...modules,
  schema: z
    .record(z.string().regex(/^[a-z][a-z0-9+.-]*$/), z.string().min(1))
    .refine((backends) =>
      Object.entries(backends).every(
        ([scheme, module]) => !CLASS_OF_2012.test(module) || BUILT_IN_SCHEMES.has(scheme),
      ),
    )
    .transform((backends) =>
      Object.fromEntries(
        Object.entries(backends).filter(([, module]) => !CLASS_OF_2012.test(module)),
      ),
    ),
  expects: 'an object of URI schemes in lower case and the modules behind them',
};
