import { createClient } from '../client/client.ts';
import { parseFeederd } from '../client/parse-feederd.ts';
import { requestJson, sendRequest } from '../client/send-request.ts';
import type { WireSession } from '../core/api-wire.ts';
import { NommerError } from '../core/errors.ts';

/** feederd serves this page, so it is where the page is. The browser shows the session's cookie by itself. */
const url = location.origin + location.pathname;
const feederd = parseFeederd({ url });

export const client = createClient({ url });

export function readSession(): Promise<WireSession> {
  return requestJson(feederd, 'session');
}

/** Shows the token once; feederd keeps it in a cookie. */
export function signIn(token: string): Promise<WireSession> {
  return requestJson(parseFeederd({ url, token }), 'session', { method: 'POST' });
}

export async function signOut(): Promise<void> {
  await fetch(`${url}session`, { method: 'DELETE' });
}

/** Where one of a job's outputs is, for players. */
export function outputUrl(uniqueId: string, index: number): string {
  return `${url}jobs/${encodeURIComponent(uniqueId)}/outputs/${index}`;
}

/** Why an output cannot be had, in feederd's words; undefined where it can. */
export async function whyNoOutput(uniqueId: string, index: number): Promise<string | undefined> {
  try {
    const path = `jobs/${encodeURIComponent(uniqueId)}/outputs/${index}`;
    const response = await sendRequest(feederd, path, { headers: { range: 'bytes=0-0' } });
    await response.body?.cancel();
    return undefined;
  } catch (thrown: unknown) {
    // An output at S3 may not be read by scripts of this page, and be there all the same.
    return thrown instanceof NommerError && thrown.code === 'UNKNOWN_OUTPUT'
      ? thrown.message
      : undefined;
  }
}

export const eventsUrl = `${url}events?from=now`;

export function isSignedOut(thrown: unknown): boolean {
  return thrown instanceof NommerError && thrown.code === 'UNAUTHORIZED';
}
