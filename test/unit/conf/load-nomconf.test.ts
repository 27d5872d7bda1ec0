import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadNomconf } from '../../../src/conf/load-nomconf.ts';

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'nomconf-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(cwd, name), text);

describe('loadNomconf', () => {
  it('takes the local defaults where there is no nomconf', async () => {
    const { settings, source } = await loadNomconf({ cwd, env: {} });
    expect(source).toBeNull();
    expect(settings).toMatchObject({ backend: 'local', fileRoots: [cwd] });
  });

  it.each([
    ['nomconf.ts', 'const port: number = 1;\nexport default { FEEDERD_PORT: port };'],
    ['nomconf.js', 'export default { FEEDERD_PORT: 1 };'],
    ['nomconf.mjs', 'export default { FEEDERD_PORT: 1 };'],
    ['nomconf.json', '{ "FEEDERD_PORT": 1 }'],
  ])('finds %s in the working directory', async (name, text) => {
    await write('package.json', '{ "type": "module" }');
    await write(name, text);
    const { settings, source } = await loadNomconf({ cwd, env: {} });
    expect(source).toBe(join(cwd, name));
    expect(settings.feederdPort).toBe(1);
  });

  it('goes by --config before NOMCONF before the working directory', async () => {
    await write('nomconf.json', '{ "FEEDERD_PORT": 1 }');
    await write('two.json', '{ "FEEDERD_PORT": 2 }');
    await write('three.json', '{ "FEEDERD_PORT": 3 }');
    const env = { NOMCONF: 'two.json' };
    const ports = await Promise.all([
      loadNomconf({ cwd, env: {} }),
      loadNomconf({ cwd, env }),
      loadNomconf({ cwd, env, configPath: join(cwd, 'three.json') }),
    ]);
    expect(ports.map(({ settings }) => settings.feederdPort)).toStrictEqual([1, 2, 3]);
  });

  it("counts relative paths from the nomconf's folder, those in the environment from here", async () => {
    await mkdir(join(cwd, 'etc'));
    await write('etc/my.json', '{ "DATA_DIR": "data", "NOMMERS": { "a": "./a.ts" } }');
    const { settings } = await loadNomconf({
      cwd,
      env: { NOMCONF: 'etc/my.json', FILE_ROOTS: 'media' },
    });
    expect(settings).toMatchObject({
      dataDir: join(cwd, 'etc/data'),
      nommers: { a: join(cwd, 'etc/a.ts') },
      fileRoots: [join(cwd, 'media')],
    });
  });

  it('tells where every value came from', async () => {
    await write('nomconf.json', '{ "FEEDERD_PORT": 1, "SIMPLEDB_JOB_STATE_DOMAIN": "jobs" }');
    const { origins } = await loadNomconf({ cwd, env: { LOG_LEVEL: 'warn', FEEDERD_PORT: '2' } });
    expect(origins.get('FEEDERD_PORT')).toBe('environment');
    expect(origins.get('LOG_LEVEL')).toBe('environment');
    expect(origins.get('DYNAMODB_JOB_STATE_TABLE')).toBe('nomconf');
    expect(origins.get('DATA_DIR')).toBe('default');
  });

  it.each([
    ['nowhere.ts', '--config names a file that is not there'],
    ['nomconf.py', '--config must name a .ts, .js, .mjs or .json file; received "nomconf.py"'],
    ['.', '--config must name a .ts, .js, .mjs or .json file'],
  ])('tells that %s will not do', async (configPath, message) => {
    await expect(loadNomconf({ cwd, env: {}, configPath })).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['syntax.json', '{ "FEEDERD_PORT": ', /JSON/],
    ['list.json', '[]', /must hold an object of settings .*received \[\]/],
    ['empty.js', '', /must hold an object of settings .*received nothing/],
    ['syntax.ts', 'export default {', /./],
    ['throws.ts', "throw new Error('no such disk');", /no such disk/],
    ['missing.ts', "import './not-there.ts'; export default {};", /not-there/],
    ['wrong.ts', 'export default { FEEDERD_PROT: 1 };', /did you mean FEEDERD_PORT/],
  ])('names the file and what is wrong in %s', async (name, text, message) => {
    await write(name, text);
    const loading = loadNomconf({ cwd, env: {}, configPath: name });
    await expect(loading).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: expect.stringMatching(message),
    });
    await expect(loading).rejects.toThrow(`${join(cwd, name)}: `);
  });

  it('reads the process: its environment, its directory, a nomconf in TypeScript', async () => {
    await write('nomconf.ts', 'const port: number = 3;\nexport default { FEEDERD_PORT: port };');
    const module = fileURLToPath(new URL('../../../src/conf/load-nomconf.ts', import.meta.url));
    const script = `
      const { loadNomconf } = await import(${JSON.stringify(module)});
      const { settings, source } = await loadNomconf();
      console.log(JSON.stringify([source, settings.feederdPort, settings.logLevel]));`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { cwd, env: { LOG_LEVEL: 'warn' } },
    );
    expect(JSON.parse(stdout)).toStrictEqual([join(cwd, 'nomconf.ts'), 3, 'warn']);
    expect(stderr).toBe('');
  });
});
