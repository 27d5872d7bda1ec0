import type { JsonValue } from './json.ts';
import { HIDDEN, redactJson } from './redact.ts';

/** Options of FFmpeg whose value is a secret, which nothing in the value tells. FFmpeg takes a letter in front. */
const SECRET_OPTION = /^-?(?:[vas]?encryption|(?:cenc_)?decryption)_key(?::|$)/;

export function isSecretOption(name: string): boolean {
  return SECRET_OPTION.test(name);
}

/** The options of a job as they may be shown: see `redactJson`; and without the values of secret options. */
export function redactOptions(options: JsonValue): JsonValue {
  return redactJson(hideValues(options));
}

/** Of pairs as well as of objects. */
function hideValues(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const [name] = value as readonly JsonValue[];
    if (value.length === 2 && typeof name === 'string' && isSecretOption(name)) {
      return [name, HIDDEN];
    }
    return value.map((each: JsonValue) => hideValues(each));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      isSecretOption(name) ? HIDDEN : hideValues(each),
    ]),
  );
}
