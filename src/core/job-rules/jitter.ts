/**
 * A figure from 0 to 1 that looks random and is always the same for the same text, so that rules stay
 * pure: FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/.
 */
export function jitterOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) / 2 ** 32;
}
