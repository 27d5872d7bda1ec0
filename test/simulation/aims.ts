import type { Random } from './world/random.ts';

/** Something that goes wrong at one call, the first that is called so. */
export interface Aim {
  /** How the call begins, or a part of its name. */
  readonly call: string;
  readonly fate: AimedFate;
  /** So many calls of that name are let pass before. */
  readonly passes: number;
}

const AIMED_FATES = [
  'crash before',
  'crash after',
  'answer lost',
  'lost',
  'refused',
  'repeated',
  'late',
  'very late',
  'stand still',
  'sleep',
] as const;

/** As those of the line, and: the caller stops right there, while its clocks stand still or run on. */
export type AimedFate = (typeof AIMED_FATES)[number];

/** Where what goes wrong is dangerous. Said as `replace job-1 v5 → FINISHED`, `complete an upload`, … */
const CALLS = [
  'complete an upload',
  'complete an upload',
  'put an output',
  'put an output',
  '→ FINISHED',
  '→ FINISHED',
  '→ DOWNLOADING',
  '→ DOWNLOADING',
  '→ UPLOADING',
  '→ PENDING',
  ' UPLOADING',
  'create ',
  'send ',
  'remove (new jobs)',
  'release',
  'begin an upload',
  'tell ',
  'launch ',
  'extend ',
  'get ',
  'replace the leader',
] as const;

/** Where attempts overlap: an output there that nobody knows of, an end that somebody else has written. */
const AT_THE_EDGE = [
  { call: 'complete an upload', fate: 'crash after' },
  { call: 'complete an upload', fate: 'stand still' },
  { call: 'put an output', fate: 'crash after' },
  { call: 'put an output', fate: 'stand still' },
  { call: 'put an output', fate: 'very late' },
  { call: ' UPLOADING', fate: 'stand still' },
  { call: '→ FINISHED', fate: 'crash before' },
  { call: '→ DOWNLOADING', fate: 'answer lost' },
] as const;

export function drawAim(random: Random): Aim {
  if (random.chance(0.5)) return { ...random.pick(AT_THE_EDGE), passes: 0 };
  return {
    call: random.pick(CALLS),
    fate: random.pick(AIMED_FATES),
    passes: random.pick([0, 0, 0, 1, 2]),
  };
}
