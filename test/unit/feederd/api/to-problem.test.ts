import { describe, expect, it } from 'vitest';
import { NommerError } from '../../../../src/core/errors.ts';
import { JobUnreadable } from '../../../../src/core/unreadable-job.ts';
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

  it('tells of a damaged job which one it is', () => {
    expect(toComplaint(new JobUnreadable('job-1', 'it is no JSON'))).toMatchObject({
      code: 'JOB_UNREADABLE',
      status: 500,
      message: 'Job job-1 cannot be read as it is stored: it is no JSON',
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
