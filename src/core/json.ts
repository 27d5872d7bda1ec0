/** What JSON can hold. Job options and metadata are kept as given, in this shape. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Whether two values are the same as JSON; the order of fields does not count. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [fieldsOfA, fieldsOfB] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    fieldsOfA.length === fieldsOfB.size &&
    fieldsOfA.every(
      ([name, value]) => fieldsOfB.has(name) && isSameJson(value, fieldsOfB.get(name)),
    )
  );
}
