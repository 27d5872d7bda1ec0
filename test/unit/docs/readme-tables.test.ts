import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { README_TABLES, withTables } from '../../../docs/readme-tables.ts';
import { SETTINGS } from '../../../src/conf/settings.ts';
import { ERROR_CODES } from '../../../src/core/errors.ts';

const README = new URL('../../../README.md', import.meta.url);

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
