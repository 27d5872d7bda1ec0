import { NommerError, received } from '../../core/errors.ts';

/** `KEY=VALUE` texts as one object. @throws NommerError BADINPUT */
export function readMetadata(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals > 0) return [pair.slice(0, equals), pair.slice(equals + 1)];
      throw new NommerError('BADINPUT', `--metadata must be KEY=VALUE; received ${received(pair)}`);
    }),
  );
}
