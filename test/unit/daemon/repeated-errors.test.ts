import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { NommerError } from '../../../src/core/errors.ts';
import { RepeatedErrors } from '../../../src/daemon/repeated-errors.ts';

/** From one and the same place. */
const away = (request: number) =>
  new NommerError('UNAVAILABLE', `The store is away\n  (request ${request})`);

it('tells the stack of an error once, and each time what it says', () => {
  const repeated = new RepeatedErrors(() => 0);
  const [first, second, third] = [1, 2, 3].map(away);
  expect(repeated.shorten({ task: 'reload', err: first })).toEqual({ task: 'reload', err: first });
  expect(repeated.shorten({ task: 'reload', err: second })).toEqual({
    task: 'reload',
    why: 'UNAVAILABLE: The store is away (request 2)',
  });
  expect(repeated.shorten({ err: third })).not.toHaveProperty('err');
});

it('tells the stack of another error, and of the same one from elsewhere', () => {
  const repeated = new RepeatedErrors(() => 0);
  repeated.shorten({ err: away(1) });
  for (const err of [new NommerError('UNAVAILABLE', 'from here'), new TypeError('a bug')]) {
    expect(repeated.shorten({ err })).toEqual({ err });
  }
});

it('tells it again when it was not heard of for long', () => {
  let now = 0;
  const repeated = new RepeatedErrors(() => now);
  const isWhole = Array.from({ length: 62 }, (_, minute) => {
    now = minute * 60_000 + (minute === 61 ? 600_000 : 0);
    return 'err' in repeated.shorten({ err: away(minute) });
  });
  expect(isWhole).toEqual([true, ...Array.from({ length: 60 }, () => false), true]);
});

it('remembers no more than it has to', () => {
  const repeated = new RepeatedErrors(() => 0);
  for (let n = 0; n < 101; n += 1) {
    repeated.shorten({ err: Object.assign(new Error(`${n}`), { stack: '', name: `${n}` }) });
  }
  expect(repeated.shorten({ err: away(1) })).toHaveProperty('err');
  const again = Object.assign(new Error('0'), { stack: '', name: '0' });
  expect(repeated.shorten({ err: again })).toHaveProperty('err');
});

it.each([
  { what: 'an outage', fields: { err: 'no error' } },
  { what: 'nothing', fields: { job: 'job-1' } },
])('leaves alone what is no error: $what', ({ fields }) => {
  expect(new RepeatedErrors(() => 0).shorten(fields)).toBe(fields);
});

it.each([true, false])('is one line for each retry in a log (pretty: %s)', (pretty) => {
  const program = `
    const { createLogger } = await import(${JSON.stringify(sourceOf('daemon/logger.ts'))});
    const logger = createLogger({ name: 'test', level: 'info', pretty: ${pretty} });
    const child = logger.child({ job: 'job-1' });
    for (let retry = 1; retry <= 4; retry += 1) {
      const err = new Error('s3://ID:hunter2@bucket is away');
      (retry % 2 ? logger : child).error({ task: 'reload', err }, 'task failed');
    }`;
  const args = ['--input-type=module', '-e', program];
  const log = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(log.match(/task failed/g)).toHaveLength(4);
  expect(log).not.toContain('hunter2');
  const repeats = log.trimEnd().split('\n').slice(-3);
  for (const line of repeats) {
    expect(line).toMatch(/task failed.*Error: s3:\/\/\*\*\*@bucket is away|away.*task failed/);
    expect(line).not.toContain('stack');
  }
});

function sourceOf(path: string): string {
  return new URL(`../../../src/${path}`, import.meta.url).href;
}
