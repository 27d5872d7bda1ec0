import type { Nomconf } from './settings.ts';

/** Gives a nomconf its types: `export default defineNomconf({ … })`. */
export function defineNomconf(nomconf: Nomconf): Nomconf {
  return nomconf;
}
