import { NommerError, received } from '../../core/errors.ts';

/** What `{…}` may stand for in `--name`. */
export const NAME_FIELDS = {
  name: 'name of the source without its ending',
  ext: 'ending of the output',
  dir: 'folders of the source below the one that was given',
  preset: 'name of the preset',
  source_ext: 'ending of the source',
} as const;

export type NameField = keyof typeof NAME_FIELDS;

/** In a folder: as the sources lie. */
export const NAME_IN_FOLDER = '{dir}/{name}.{ext}';
/** Beside the source, which may have the same ending. */
export const NAME_BESIDE = '{name}.{preset}.{ext}';

const FIELD = /\{([^{}]*)\}/g;

/** @throws NommerError BADINPUT */
export function checkNameTemplate(template: string): void {
  for (const [whole, field = ''] of template.matchAll(FIELD)) {
    if (Object.hasOwn(NAME_FIELDS, field)) continue;
    const known = Object.keys(NAME_FIELDS)
      .map((each) => `{${each}}`)
      .join(', ');
    throw new NommerError('BADINPUT', `--name takes ${known}; received ${received(whole)}`);
  }
  const isLeading = template.startsWith('/') || template.split('/').includes('..');
  if (isLeading || template.trim() === '' || template.endsWith('/')) {
    throw new NommerError(
      'BADINPUT',
      `--name must be a name within the folder of the outputs; received ${received(template)}`,
    );
  }
}

/**
 * A name of several parts, as the template has it. What is empty leaves no slash and no dot behind.
 * @throws NommerError BADINPUT when it would lead out of its folder
 */
export function fillNameTemplate(
  template: string,
  values: Readonly<Record<NameField, string>>,
): readonly string[] {
  const text = template.replace(FIELD, (_, field: NameField) =>
    // A slash in a name opens no folder.
    field === 'dir' ? values.dir : values[field].replaceAll('/', '_'),
  );
  const parts = text.split('/').filter((part) => part !== '');
  const name = parts.pop()?.replace(/(?<=.)\.$/, '') ?? '';
  const whole = [...parts, name];
  if (!whole.some((part) => part === '.' || part === '..' || part === '')) return whole;
  throw new NommerError('BADINPUT', `No name for an output follows from ${received(text)}`);
}
