import { pino, type Logger } from 'pino';
import { redact } from '../core/redact.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly name: string;
  readonly level: string;
  /** Coloured lines for people instead of JSON; for terminals. */
  readonly pretty: boolean;
}

/** A daemon's logger: JSON lines on stdout, every string redacted before it is written. */
export function createLogger({ name, level, pretty }: LoggerOptions): Logger {
  return pino({
    name,
    level,
    hooks: { streamWrite: redact },
    ...(pretty && {
      transport: {
        target: 'pino-pretty',
        options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' },
      },
    }),
  });
}
