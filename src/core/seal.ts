import { bytesOfBase64 } from './webhook-secret.ts';

/** Completes "NAME must be …". */
export const SEALING_KEY_FORM = '32 random bytes in base64 (openssl rand -base64 32)';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const ID_BYTES = 4;
const VERSION = 'v1';

export function isSealingKey(text: string): boolean {
  try {
    return bytesOfBase64(text).length === KEY_BYTES;
  } catch {
    return false;
  }
}

/**
 * Encrypts by AES-256-GCM: `v1.<id of the key>.<nonce and ciphertext, base64>`.
 * @param context what it belongs to; elsewhere it does not open
 */
export async function seal(
  text: string,
  { key, context }: { readonly key: string; readonly context: string },
): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const { cryptoKey, id } = await importKey(key);
  const encrypted = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: bytes(context) },
    cryptoKey,
    bytes(text),
  );
  return [VERSION, id, base64(Uint8Array.of(...nonce, ...new Uint8Array(encrypted)))].join('.');
}

/** @returns undefined when none of the keys has sealed it, for this context */
export async function openSealed(
  sealed: string,
  { keys, context }: { readonly keys: readonly string[]; readonly context: string },
): Promise<string | undefined> {
  const [version, keyId, body = ''] = sealed.split('.');
  if (version !== VERSION) return undefined;
  for (const key of keys) {
    const { cryptoKey, id } = await importKey(key);
    if (id !== keyId) continue;
    try {
      const all = bytesOfBase64(body);
      const decrypted = await crypto.subtle.decrypt(
        {
          name: 'AES-GCM',
          iv: all.subarray(0, NONCE_BYTES),
          additionalData: bytes(context),
        },
        cryptoKey,
        all.subarray(NONCE_BYTES),
      );
      return new TextDecoder().decode(decrypted);
    } catch {
      // Another key may have the same id.
    }
  }
  return undefined;
}

/** Whether it says to be sealed by this key. */
export async function isSealedBy(sealed: string, key: string): Promise<boolean> {
  return sealed.startsWith(`${VERSION}.${(await importKey(key)).id}.`);
}

interface ImportedKey {
  readonly cryptoKey: Awaited<ReturnType<typeof crypto.subtle.importKey>>;
  /** The first bytes of its hash, in hex. */
  readonly id: string;
}

const imported = new Map<string, Promise<ImportedKey>>();

/** A store seals and opens for as long as its process runs: each key is imported once. */
function importKey(key: string): Promise<ImportedKey> {
  let known = imported.get(key);
  if (known === undefined) {
    known = importNewKey(bytesOfBase64(key));
    imported.set(key, known);
  }
  return known;
}

async function importNewKey(raw: Uint8Array<ArrayBuffer>): Promise<ImportedKey> {
  const [cryptoKey, hash] = await Promise.all([
    crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']),
    crypto.subtle.digest('SHA-256', raw),
  ]);
  const id = Array.from(new Uint8Array(hash, 0, ID_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  return { cryptoKey, id };
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function base64(all: Uint8Array): string {
  return btoa(Array.from(all, (byte) => String.fromCharCode(byte)).join(''));
}
