import type { WirePreset } from '../../core/api-wire.ts';
import type { Paper } from './paper.ts';
import { renderTable } from './render-table.ts';

/** Presets as a table, a line each. */
export function renderPresetList(
  presets: readonly WirePreset[],
  paper: Paper,
  extensionOf: (preset: WirePreset) => string,
): string {
  return renderTable(
    presets,
    [
      { title: 'PRESET', cell: ({ name }) => name, tone: () => 'strong' },
      { title: 'MAKES', cell: (preset) => `.${extensionOf(preset)}` },
      { title: 'TIME', cell: ({ relative_time: time }) => (time === undefined ? '' : `× ${time}`) },
      { title: 'FOR', cell: ({ description }) => description, minWidth: 16, isSentence: true },
    ],
    paper,
  );
}
