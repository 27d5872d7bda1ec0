import { expect, it } from 'vitest';
import { decodeJobMessage, encodeJobMessage } from '../../../src/core/messages.ts';

it('a message says which job, and nothing else', () => {
  expect(encodeJobMessage('job-1')).toBe('{"unique_id":"job-1"}');
  expect(decodeJobMessage(encodeJobMessage('job-1'))).toBe('job-1');
});

it.each(['', 'job-1', 'null', '[]', '{}', '{"unique_id":7}', '{"unique_id":""}', '{"unique_id'])(
  'what is no message of ours is told from one: %s',
  (body) => {
    expect(decodeJobMessage(body)).toBeUndefined();
  },
);
