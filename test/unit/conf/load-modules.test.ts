import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadModules } from '../../../src/conf/load-modules.ts';
import type { Nommer } from '../../../src/core/nommer.ts';

const NOM = 'nom() { return Promise.resolve({ source: null, outputs: [] }); }';

/** A project of a user's with these files. */
async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'media-nommer-project-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

const load = (nommers: Readonly<Record<string, string>>, baseDir: string) =>
  loadModules<Nommer>(
    { setting: 'NOMMERS', modules: nommers, exportedAs: 'nommer', methods: ['nom'] },
    baseDir,
  );

it.each<[string, string]>([
  ['a class of its name', `export class Mine { ${NOM} }`],
  ['an instance of its name', `export const Mine = { ${NOM} };`],
  ['an instance called nommer', `export const nommer = { ${NOM} };`],
  ['a class by default', `export default class { ${NOM} }`],
])('loads a nommer that is exported as %s', async (_what, text) => {
  const baseDir = await project({ 'mine.mjs': text });
  const nommers = await load({ Mine: './mine.mjs' }, baseDir);
  expect([...nommers.keys()]).toEqual(['Mine']);
  expect(nommers.get('Mine')).toHaveProperty('nom');
});

it('loads a nommer from a package of the user’s project', async () => {
  const baseDir = await project({
    'node_modules/my-nommers/package.json': '{"type":"module","main":"main.js"}',
    'node_modules/my-nommers/main.js': `export class Mine { ${NOM} }`,
  });
  expect((await load({ Mine: 'my-nommers' }, baseDir)).has('Mine')).toBe(true);
});

it.each<[string, string, RegExp]>([
  ['nothing of use', 'export const other = 1;', /exports neither "Mine" nor "nommer"/],
  ['something without nom', 'export const nommer = {};', /has no method nom/],
  [
    'a class that wants more',
    'export class Mine { constructor() { throw new Error("no"); } }',
    /without parameters \(no\)/,
  ],
  ['what does not parse', 'export const', /cannot be loaded/],
])('says what is wrong with a module that exports %s', async (_what, text, message) => {
  const baseDir = await project({ 'mine.mjs': text });
  await expect(load({ Mine: './mine.mjs' }, baseDir)).rejects.toMatchObject({
    code: 'BAD_SETTING',
    message: expect.stringMatching(message),
  });
});

it('names the setting and the module that is not there', async () => {
  await expect(load({ Mine: './nowhere.mjs' }, tmpdir())).rejects.toMatchObject({
    code: 'BAD_SETTING',
    message: expect.stringMatching(
      /^NOMMERS\.Mine cannot be loaded .*received "\.\/nowhere\.mjs"$/,
    ),
  });
});
