import { computed, signal } from '@preact/signals';

export type Route =
  | { readonly page: 'jobs' }
  | { readonly page: 'job'; readonly uniqueId: string }
  | { readonly page: 'fleet' };

const hash = signal(location.hash);

addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/**
 * Which page is shown. It is in the URL's fragment, as `/jobs/…` without it is the API; three patterns need
 * no router.
 */
export const route = computed<Route>(() => {
  const uniqueId = /^#\/jobs\/([\w-]{1,128})$/.exec(hash.value)?.[1];
  if (uniqueId !== undefined) return { page: 'job', uniqueId };
  return hash.value === '#/fleet' ? { page: 'fleet' } : { page: 'jobs' };
});

export function hrefOf(to: Route): string {
  if (to.page === 'job') return `#/jobs/${to.uniqueId}`;
  return to.page === 'fleet' ? '#/fleet' : '#/';
}

export function goTo(to: Route): void {
  location.hash = hrefOf(to);
}
