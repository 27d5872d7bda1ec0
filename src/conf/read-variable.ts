import type { Kind } from './setting.ts';

/**
 * The value that an environment variable stands for: numbers, `true/false/1/0`, lists with commas or
 * as JSON, objects as JSON. Text that is none of that is returned as it is, for the schema to refuse.
 */
export function readVariable(text: string, form: Kind<unknown, unknown>['form']): unknown {
  switch (form) {
    case 'text':
      return text;
    case 'number':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    case 'boolean':
      return BOOLEANS.get(text.trim().toLowerCase()) ?? text;
    case 'list':
      return text.trimStart().startsWith('[') ? readJson(text) : readCommas(text);
    case 'object':
      return readJson(text);
  }
}

const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function readCommas(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
