import { styleText } from 'node:util';

/** What a piece of text means; what that looks like is decided here. */
export type Tone = 'good' | 'bad' | 'warning' | 'active' | 'faint' | 'strong';

export type Paint = (tone: Tone, text: string) => string;

const STYLES = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  active: 'cyan',
  faint: 'dim',
  strong: 'bold',
} as const;

/** For whatever is no terminal, and for tests. */
export const unpainted: Paint = (_tone, text) => text;

/** Colours where `stream` shows them: on a terminal, unless NO_COLOR is set. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (tone, text) => styleText(STYLES[tone], text, { stream });
}
