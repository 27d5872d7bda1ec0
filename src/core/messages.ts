import * as z from 'zod';

const JobMessage = z.object({ unique_id: z.string().min(1).max(200) });

/** The body of every queue message: which job, and nothing else, so that no secret is ever in a queue. */
export function encodeJobMessage(uniqueId: string): string {
  return JSON.stringify({ unique_id: uniqueId });
}

/** @returns the job's id, or undefined when the body is not one of ours */
export function decodeJobMessage(body: string): string | undefined {
  try {
    return JobMessage.parse(JSON.parse(body)).unique_id;
  } catch {
    return undefined;
  }
}
