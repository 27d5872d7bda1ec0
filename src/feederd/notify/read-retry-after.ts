/**
 * What a Retry-After header asks for (RFC 9110 10.2.3): seconds, or a date.
 * @returns seconds from now, or undefined where there is none that can be read
 */
export function readRetryAfter(
  header: string | readonly string[] | undefined,
  now: number,
): number | undefined {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text);
  // Dates of HTTP begin with the day's name; Date.parse would take all sorts of things.
  const at = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(at - now, 0) / 1000;
}
