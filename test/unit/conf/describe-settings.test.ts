import { expect, it } from 'vitest';
import { describeSettings } from '../../../src/conf/describe-settings.ts';
import { readSettings } from '../../../src/conf/read-settings.ts';
import { SETTINGS } from '../../../src/conf/settings.ts';

const nomconf = {
  AWS_ACCESS_KEY_ID: 'AKIA-canary',
  AWS_SECRET_ACCESS_KEY: 'canary/secret',
  S3_ENDPOINT: 'http://127.0.0.1:9000/?token=canary',
};

const described = describeSettings(
  readSettings({ nomconf, nomconfDir: '/srv', env: { LOG_LEVEL: 'debug' }, cwd: '/srv' }),
);
const find = (name: string) => described.find((each) => each.name === name);

it('lists every setting with its value and where that came from', () => {
  expect(described.map(({ name }) => name)).toStrictEqual([...SETTINGS.keys()]);
  expect(find('LOG_LEVEL')).toStrictEqual({
    name: 'LOG_LEVEL',
    value: '"debug"',
    origin: 'environment',
  });
  expect(find('FEEDERD_PORT')).toStrictEqual({
    name: 'FEEDERD_PORT',
    value: '8001',
    origin: 'default',
  });
  expect(find('EC2_KEY_NAME')).toMatchObject({ value: null });
});

it('shows that a secret is given, and no secret', () => {
  expect(find('AWS_SECRET_ACCESS_KEY')).toMatchObject({ value: '***', origin: 'nomconf' });
  expect(find('S3_ENDPOINT')).toMatchObject({ value: '"http://127.0.0.1:9000/?token=***"' });
  expect(JSON.stringify(described)).not.toContain('canary');
});
