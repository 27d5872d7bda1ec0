import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../../src/core/errors.ts';
import { toComplaint, toProblem } from '../../../../src/feederd/api/to-problem.ts';

describe('a problem', () => {
  it('tells code, status and message of an error, and the path without its query', () => {
    const complaint = toComplaint(new NommerError('UNKNOWN_JOB', 'There is no job x'));
    expect(toProblem(complaint, '/jobs/x?token=hunter2')).toEqual({
      title: 'Not Found',
      status: 404,
      detail: 'There is no job x',
      instance: '/jobs/x',
      error_code: 'UNKNOWN_JOB',
    });
  });

  it.each([
    new Error('cannot read secret of undefined'),
    new NommerError('INTERNAL', 'secret'),
    Object.assign(new Error('secret'), { statusCode: 500 }),
    Object.assign(new Error('secret'), { statusCode: '400' }),
    { statusCode: 400, message: 'secret' },
    'secret',
    undefined,
  ])('tells nothing of a fault of our own: %s', (thrown) => {
    const complaint = toComplaint(thrown);
    expect(complaint).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(complaint.message).not.toContain('secret');
  });
});
