import { JOB_STATES } from '../core/job-states.ts';
import type { Filter } from './job-list.ts';

/** The filter is in the URL, so that it can be kept, sent, and gone back to. */
export function filterInUrl(): Filter {
  const query = new URLSearchParams(location.search);
  const given = query.get('state');
  return { state: JOB_STATES.find((state) => state === given), q: query.get('q') ?? '' };
}

export function putInUrl({ state, q }: Filter): void {
  const query = new URLSearchParams();
  if (state !== undefined) query.set('state', state);
  if (q !== '') query.set('q', q);
  const search = query.size > 0 ? `?${query.toString()}` : '';
  history.replaceState(null, '', location.pathname + search + location.hash);
}
