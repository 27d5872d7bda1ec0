import { IGNORED_SETTINGS, SETTINGS } from './settings.ts';

/** The name of the setting that was most likely meant, if one comes near. */
export function nearestSetting(unknownName: string): string | undefined {
  for (const [name, { key }] of SETTINGS) if (key === unknownName) return name;

  const aliases = [...SETTINGS.values()].flatMap((setting) => setting.aliases);
  const names = [...SETTINGS.keys(), ...aliases, ...IGNORED_SETTINGS];
  const [nearest] = names
    .map((name) => ({ name, distance: editDistance(plain(name), plain(unknownName)) }))
    .toSorted((a, b) => a.distance - b.distance);
  if (nearest === undefined) return undefined;
  return nearest.distance <= Math.max(2, plain(unknownName).length / 4) ? nearest.name : undefined;
}

function plain(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/** How many characters to add, drop or change to make `a` into `b` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, charA] of a.split('').entries()) {
    const next = [i + 1];
    for (const [j, charB] of b.split('').entries()) {
      const replaced = (row[j] ?? 0) + (charA === charB ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
