import { pino, type Logger } from 'pino';
import { redact } from '../core/redact.ts';
import { RepeatedErrors } from './repeated-errors.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly name: string;
  readonly level: string;
  /** Coloured lines for people instead of JSON; for terminals. */
  readonly pretty: boolean;
}

/**
 * A daemon's logger: JSON lines on stdout, every string redacted before it is written. An `err` that comes
 * again and again has its stack the first time only, and is a `why` after that.
 */
export function createLogger({ name, level, pretty }: LoggerOptions): Logger {
  const repeated = new RepeatedErrors(() => performance.now());
  return pino({
    name,
    level,
    formatters: { log: (fields) => repeated.shorten(fields) },
    hooks: { streamWrite: redact },
    ...(pretty && {
      transport: {
        target: 'pino-pretty',
        options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l', singleLine: true },
      },
    }),
  });
}
