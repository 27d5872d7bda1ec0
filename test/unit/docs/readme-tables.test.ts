import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  MIGRATION_PARTS,
  NOMMER_PARTS,
  PRESETS_TABLES,
  README_TABLES,
  withTables,
} from '../../../docs/readme-tables.ts';
import { SETTINGS } from '../../../src/conf/settings.ts';
import { ERROR_CODES } from '../../../src/core/errors.ts';

const ROOT = new URL('../../../', import.meta.url);
const README = new URL('README.md', ROOT);

describe('the README', () => {
  it('has the tables of settings and errors as they are in the code (npm run docs:tables)', async () => {
    const readme = await readFile(README, 'utf8');
    expect(readme).toBe(withTables(readme));
  });

  it('tells every setting, with its old names, and every error code', () => {
    const settings = README_TABLES.settings();
    for (const [name, { aliases }] of SETTINGS) {
      for (const each of [name, ...aliases]) expect(settings).toContain(`\`${each}\``);
    }
    const errors = README_TABLES.errors();
    for (const code of Object.keys(ERROR_CODES)) expect(errors).toContain(`| \`${code}\``);
  });
});

describe.each([
  ['docs/presets.md', PRESETS_TABLES],
  ['docs/writing-a-nommer.md', NOMMER_PARTS],
  ['docs/migration-from-2012.md', MIGRATION_PARTS],
])('%s', (path, parts) => {
  it('has what is in the code as it is there (npm run docs:tables)', async () => {
    const page = await readFile(new URL(path, ROOT), 'utf8');
    expect(page).toBe(withTables(page, parts));
  });
});

describe('withTables', () => {
  const markers =
    '<!-- settings:begin --><!-- settings:end --><!-- errors:begin --><!-- errors:end -->';

  it('changes nothing outside the markers, and nothing when it is applied again', () => {
    const once = withTables(`before ${markers} after`);
    expect(once).toMatch(/^before <!-- settings:begin -->[^]*<!-- errors:end --> after$/);
    expect(withTables(once)).toBe(once);
  });

  it('says which marker is missing', () => {
    expect(() => withTables(markers.replace('<!-- errors:end -->', ''))).toThrow(
      'There is no <!-- errors:begin --> … <!-- errors:end -->',
    );
  });
});
