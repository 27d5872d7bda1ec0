/**
 * How far FFmpeg, which reads hostile media, is kept away from all else on a node; the weakest first.
 * docs/security.md tells what each holds back.
 */
export const CONTAINMENT_LEVELS = ['none', 'limits', 'namespaces', 'bubblewrap'] as const;

export type ContainmentLevel = (typeof CONTAINMENT_LEVELS)[number];

export function isWeaker(level: ContainmentLevel, than: ContainmentLevel): boolean {
  return CONTAINMENT_LEVELS.indexOf(level) < CONTAINMENT_LEVELS.indexOf(than);
}
