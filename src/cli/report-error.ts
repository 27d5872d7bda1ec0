import { toNommerError } from '../core/errors.ts';
import { explainError } from './explain-error.ts';
import type { Output } from './output.ts';
import { printable } from './render/printable.ts';

export interface ReportOptions {
  readonly output: Output;
  readonly url?: string | undefined;
  /** What it is about, where a command is about several things. */
  readonly subject?: string;
}

/** Tells of an error: a person on stderr, a program on stdout in the place of the result. */
export function reportError(thrown: unknown, { output, url, subject }: ReportOptions): void {
  const message = explainError(thrown, url);
  if (output.isJson) {
    const about = subject === undefined ? {} : { subject };
    output.emit({ error: { error_code: toNommerError(thrown).code, message, ...about } });
    return;
  }
  const mark = output.paintNote('bad', '✗');
  output.note(`${mark} ${subject === undefined ? '' : `${printable(subject)}: `}${message}`);
}
