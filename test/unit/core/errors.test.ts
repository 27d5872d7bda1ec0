import { describe, expect, it } from 'vitest';
import {
  ERROR_CODES,
  isErrnoException,
  NommerError,
  received,
  toNommerError,
} from '../../../src/core/errors.ts';

describe('NommerError', () => {
  it('hides credentials in its message', () => {
    const error = new NommerError('BAD_URI', 'cannot read s3://ID:SECRET@bucket/key');
    expect(error.message).toBe('cannot read s3://***@bucket/key');
    expect(error.stack).not.toContain('SECRET');
  });

  it('knows from its code whether another try may help, unless it is told', () => {
    expect(new NommerError('NODE_LOST', '').retryable).toBe(true);
    expect(new NommerError('BAD_URI', '').retryable).toBe(false);
    expect(new NommerError('NODE_LOST', '', { retryable: false }).retryable).toBe(false);
  });

  it('keeps its cause, and has none where none was given', () => {
    const cause = new Error('below');
    expect(new NommerError('INTERNAL', '', { cause }).cause).toBe(cause);
    expect('cause' in new NommerError('INTERNAL', '')).toBe(false);
  });
});

describe('toNommerError', () => {
  it('leaves a NommerError as it is', () => {
    const error = new NommerError('BAD_URI', 'no');
    expect(toNommerError(error)).toBe(error);
  });

  it.each(['ENOSPC', 'EDQUOT'])('knows a full disk by %s', (code) => {
    const thrown = Object.assign(new Error('write failed'), { code });
    expect(toNommerError(thrown, 'DEST_UNREACHABLE')).toMatchObject({
      code: 'DISK_FULL',
      retryable: true,
      cause: thrown,
    });
  });

  it.each([
    [new Error('down'), 'down'],
    ['plain text', 'plain text'],
    [undefined, 'undefined'],
  ])('makes anything else what the caller says: %s', (thrown, message) => {
    expect(toNommerError(thrown, 'UNAVAILABLE')).toMatchObject({
      code: 'UNAVAILABLE',
      message,
      cause: thrown,
    });
    expect(toNommerError(thrown).code).toBe('INTERNAL');
  });
});

it('tells errors of the operating system from others', () => {
  expect(isErrnoException(Object.assign(new Error(), { code: 'ENOENT' }))).toBe(true);
  expect(isErrnoException(Object.assign(new Error(), { code: 7 }))).toBe(false);
  expect(isErrnoException({ code: 'ENOENT' })).toBe(false);
});

describe('received', () => {
  const circular: unknown[] = [];
  circular.push(circular);

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['text', '"text"'],
    [{ a: [1] }, '{"a":[1]}'],
    [() => 0, 'function'],
    [1n, 'bigint'],
    [circular, 'object'],
    ['s3://ID:SECRET@bucket/key', '"s3://***@bucket/key"'],
  ])('shows %s', (value, shown) => {
    expect(received(value)).toBe(shown);
  });

  it.each([
    ['s3://ID:SECRET@bucket/'.repeat(1000), 'string of 22002 characters'],
    [['x'.repeat(10_000)], 'list of 10004 characters'],
    [{ a: 'x'.repeat(10_000) }, 'object of 10008 characters'],
  ])('shows only the length of very much', (value, shown) => {
    expect(received(value)).toBe(shown);
  });

  it('shortens what is long', () => {
    const shown = received('x'.repeat(1000));
    expect(shown).toHaveLength(118);
    expect(shown).toMatch(/x…$/);
  });
});

it('gives every code a sentence that fits into a table', () => {
  for (const { meaning } of Object.values(ERROR_CODES)) expect(meaning).toMatch(/^[^|\n]+\.$/);
});
