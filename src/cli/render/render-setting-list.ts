import type { SettingDescription } from '../../conf/describe-settings.ts';
import { cut, padEnd } from './display-width.ts';
import type { Paper } from './paper.ts';
import { printable } from './printable.ts';

/** A value longer than this is data of its own (the presets); `--json` shows all of it. */
const MAX_VALUE = 120;

/** Settings, a line each; what somebody has set stands out from the defaults. */
export function renderSettingList(
  settings: readonly SettingDescription[],
  { width, paint }: Paper,
): string {
  const nameWidth = Math.max(...settings.map(({ name }) => name.length));
  const room = Math.max(Math.min(width - nameWidth - 18, MAX_VALUE), 16);
  return settings
    .map(({ name, value, origin }) => {
      const shown = value === null ? '–' : cut(printable(value), room);
      if (origin === 'default') return paint('faint', `${padEnd(name, nameWidth)}  ${shown}`);
      return `${paint('strong', padEnd(name, nameWidth))}  ${shown}  ${paint('active', `(${origin})`)}`;
    })
    .join('\n');
}
