import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { SETTINGS } from '../../../src/conf/settings.ts';
import { ERROR_CODES } from '../../../src/core/errors.ts';
import { JOB_STATES } from '../../../src/core/job-states.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PAGES = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })];
const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** The anchors that GitHub makes of a page's headings. */
function anchorsOf(page: string): readonly string[] {
  const prose = textOf(page).replaceAll(/```.*?```/gs, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

it.each(PAGES)('%s links to what there is', (page) => {
  const links = textOf(page).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g);
  const broken = [...links].filter(([, path = '', anchor]) => {
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

it('names every page of docs/ in the README', () => {
  const readme = textOf('README.md');
  expect(PAGES.filter((page) => page !== 'README.md' && !readme.includes(`(${page})`))).toEqual([]);
});

it.each(['docs/operations.md', 'docs/migration-from-2012.md'])('%s names what there is', (page) => {
  const settings = [...SETTINGS].flatMap(([name, { aliases }]) => [name, ...aliases]);
  const known = new Set([
    ...settings,
    ...Object.keys(ERROR_CODES),
    ...JOB_STATES,
    'NOMMERD_QTFASTSTART_BIN_PATH',
  ]);
  const named = [...textOf(page).matchAll(/`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)`/g)].map(
    ([, name]) => name,
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !known.has(name ?? ''))).toEqual([]);
});
