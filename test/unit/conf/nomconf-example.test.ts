import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadNomconf } from '../../../src/conf/load-nomconf.ts';
import { SETTING_GROUPS } from '../../../src/conf/settings.ts';

const EXAMPLE = fileURLToPath(new URL('../../../nomconf.example.ts', import.meta.url));

it('nomconf.example.ts runs as it is, on this machine', async () => {
  const { settings } = await loadNomconf({ configPath: EXAMPLE, env: {} });
  expect(settings).toMatchObject({ backend: 'local', feederdHost: '127.0.0.1' });
  expect(settings.presets['phone']?.description).toContain('phones');
});

it.each(Object.keys(SETTING_GROUPS))(
  'nomconf.example.ts shows settings of the group %s',
  async (group) => {
    const example = await readFile(EXAMPLE, 'utf8');
    const shown = Object.keys(SETTING_GROUPS[group] ?? {}).filter((name) =>
      example.includes(`${name}:`),
    );
    expect(shown.length).toBeGreaterThan(1);
  },
);
