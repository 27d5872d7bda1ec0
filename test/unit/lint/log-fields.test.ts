import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../../../src');
const ROOMS = ['feederd', 'nommerd', 'core', 'local', 'aws', 'storage', 'nommers', 'net'];

/** Names that a line must not have, for docs/metrics.md promises others for the same thing. */
const OTHER_NAMES =
  /\b(job|jobId|uniqueId|nodeId|node|state|jobState|code|errorCode|notification)\b\s*[:,}]/;

/** The objects that are logged, as they are written in a file. */
function loggedIn(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const calls = text.matchAll(
    /\b(?:logger|log)\s*\.(?:trace|debug|info|warn|error|fatal|child)\(\s*(\{[^{}]*\})/g,
  );
  return [...calls].map(([, fields = '']) => fields.replaceAll(/:\s*[^,}]+/g, ': …'));
}

it('gives what is logged the same names everywhere', () => {
  const files = ROOMS.flatMap((room) => globSync(`${room}/**/*.ts`, { cwd: SRC }));
  const logged = files.flatMap((file) => loggedIn(file).map((fields) => `${file}: ${fields}`));
  expect(logged.length).toBeGreaterThan(25);
  expect(logged.filter((line) => line.includes('job_id')).length).toBeGreaterThan(5);
  expect(logged.filter((line) => OTHER_NAMES.test(line.slice(line.indexOf('{'))))).toEqual([]);
});
