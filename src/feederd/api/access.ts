import type { ApiScope } from '../../conf/api-tokens.ts';

/** What a call asks of a token: nothing, not even that there is one; or one of these scopes. */
export type Access = 'open' | readonly ApiScope[];

const SUBMIT: Access = ['submit'];
const READ: Access = ['read'];
const CONTROL: Access = ['control'];

/** Who may make which call, as data. A call that is missing here keeps feederd from starting. */
const ACCESS: ReadonlyMap<string, Access> = new Map<string, Access>([
  ['POST /job/submit', SUBMIT],
  ['POST /job/status', READ],
  ['POST /job/list', READ],
  ['POST /job/cancel', CONTROL],

  ['POST /jobs', SUBMIT],
  ['GET /jobs', READ],
  ['GET /jobs/:id', READ],
  ['GET /jobs/:id/events', READ],
  ['GET /jobs/:id/log', READ],
  ['POST /jobs/:id/cancel', CONTROL],
  ['POST /jobs/:id/retry', CONTROL],
  ['POST /jobs/:id/notifications/:notification/redeliver', CONTROL],
  ['GET /events', READ],

  ['GET /nodes', READ],
  ['GET /stats', READ],
  ['GET /metrics', READ],
  // Who submits has to know them, too.
  ['GET /presets', ['submit', 'read']],
  // For load balancers and service managers, which have no tokens.
  ['GET /healthz', 'open'],
  ['GET /readyz', 'open'],
]);

/** @param url the route's pattern @returns undefined for a call that is not listed */
export function accessTo(method: string, url: string): Access | undefined {
  return ACCESS.get(`${method === 'HEAD' ? 'GET' : method} ${url}`);
}
