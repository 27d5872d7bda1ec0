import type { JsonValue } from './json.ts';

/** What stands in the place of a secret. */
export const HIDDEN = '***';

// A secret of S3 may hold slashes, so the user part of such a URI ends at its first @ and nowhere else. One
// without a colon, as a backend of somebody's own may take it, ends before the first slash at the latest.
// Hostile text must not make these expressions slow: what one of them looks through from one start, it
// looks through from no other. So the first takes what has no @ too, with nothing to hide up to its end.
const BUCKET_USERINFO =
  /\b(?!https?:|file:)([a-z][a-z0-9+.-]{0,31}:\/\/)(?:[^\s/@"'<>:]*:[^\s@"'<>]*(@?)|[^\s/@"'<>:?#]+(@))/gi;
const WEB_USERINFO = /\b(https?:\/{2,})[^\s/"'<>?#]*@/gi;
const SECRET_PARAMETER =
  /([?&;#](?=key=|[\w.%[\]-]*?(?:sig|token|secret|pass|pwd|auth|jwt|credential|api[-_]?key|access[-_]?key))[\w.%[\]-]*=)[^&;\s"'<>#]+/gi;
const WEBHOOK_SECRET = /whsec_[A-Za-z0-9+/=_-]+/g;

/**
 * Hides the credentials in every URI that `text` holds: user parts (`s3://ID:SECRET@BUCKET/KEY`,
 * `https://user:password@host/`) and parameters that sign or authorise (presigned URLs). Secrets of
 * webhooks (`whsec_…`) as well. Whatever is shown, logged, answered or thrown goes through here.
 */
export function redact(text: string): string {
  return text
    .replace(BUCKET_USERINFO, (all: string, scheme: string, at: string | undefined) =>
      at === '' ? all : `${scheme}${HIDDEN}@`,
    )
    .replace(WEB_USERINFO, `$1${HIDDEN}@`)
    .replace(SECRET_PARAMETER, `$1${HIDDEN}`)
    .replace(WEBHOOK_SECRET, `whsec_${HIDDEN}`);
}

/** The same for every text in `value`, however deep, names of fields too. */
export function redactJson(value: JsonValue): JsonValue {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: JsonValue) => redactJson(each));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [redact(name), redactJson(each)]),
  );
}
