/** What JSON can hold. Job options and metadata are kept as given, in this shape. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
