import { signal } from '@preact/signals';
import type { WireSession } from '../core/api-wire.ts';
import { isSignedOut, readSession, signIn, signOut } from './api.ts';
import { inWords } from './in-words.ts';

export type SessionState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'unreachable'; readonly why: string }
  | { readonly kind: 'open'; readonly session: WireSession };

/** Who looks at the page, as far as feederd has told. */
export const sessionState = signal<SessionState>({ kind: 'unknown' });

/** Whether whoever looks may do what needs this scope: else the page does not offer it. */
export function may(scope: WireSession['scopes'][number]): boolean {
  const state = sessionState.value;
  return state.kind === 'open' && state.session.scopes.includes(scope);
}

export async function openSession(): Promise<void> {
  try {
    sessionState.value = { kind: 'open', session: await readSession() };
  } catch (thrown: unknown) {
    sessionState.value = isSignedOut(thrown)
      ? { kind: 'signed-out' }
      : { kind: 'unreachable', why: inWords(thrown) };
  }
}

/** @throws NommerError UNAUTHORIZED, RATE_LIMITED */
export async function enter(token: string): Promise<void> {
  sessionState.value = { kind: 'open', session: await signIn(token) };
}

export async function leave(): Promise<void> {
  await signOut();
  sessionState.value = { kind: 'signed-out' };
}

/** For whoever made a call: a session that has ended on the way shows the sign-in again. */
export function noteRefusal(thrown: unknown): void {
  if (isSignedOut(thrown)) sessionState.value = { kind: 'signed-out' };
}
