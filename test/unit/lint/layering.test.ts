import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOMS } from '../../../.oxlint/rooms.ts';

/**
 * Plants files that import what they may not, and files that import what they may, into a tree with
 * this project's own lint configuration, and looks which of them the linter finds.
 */

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** File under src/, and the line in it. */
type Planted = readonly [file: string, line: string];

const OFFENDERS: readonly Planted[] = [
  ['core/x.ts', "import '../conf/x.ts';"],
  ['core/x.ts', "import '../feederd/x.ts';"],
  ['core/x.ts', "import { readFile } from 'node:fs';"],
  ['core/x.ts', "import 'execa';"],
  ['core/job-rules/x.ts', "import '../../local/x.ts';"],
  ['core/job-rules/deep/x.ts', "import '../../../aws/x.ts';"],
  ['conf/x.ts', "import '../daemon/x.ts';"],
  ['conf/x.ts', "import 'pino';"],
  ['daemon/x.ts', "import '../conf/x.ts';"],
  ['daemon/x.ts', "import 'zod';"],
  ['net/x.ts', "import '../conf/x.ts';"],
  ['net/x.ts', "import 'zod';"],
  ['local/x.ts', "import '../aws/x.ts';"],
  ['local/x.ts', "import { x } from '../conf/x.ts';"],
  ['local/x.ts', "import '@aws-sdk/client-s3';"],
  ['aws/x.ts', "import '../local/x.ts';"],
  ['aws/x.ts', "import 'node:sqlite';"],
  ['storage/x.ts', "import '../nommers/x.ts';"],
  ['storage/x.ts', "import 'node:sqlite';"],
  ['storage/s3/x.ts', "import { type T, x } from '../../conf/x.ts';"],
  ['nommers/x.ts', "import '../storage/x.ts';"],
  ['nommers/x.ts', "import type { T } from '../conf/x.ts';"],
  ['nommers/ffmpeg/x.ts', "import 'undici';"],
  ['feederd/x.ts', "import '../nommerd/x.ts';"],
  ['feederd/x.ts', "import '../local/x.ts';"],
  ['feederd/x.ts', "import type { T } from '../aws/x.ts';"],
  ['feederd/x.ts', "import '../storage/x.ts';"],
  ['feederd/x.ts', "import 'fastify';"],
  ['feederd/x.ts', "import type { FastifyInstance } from 'fastify';"],
  ['feederd/x.ts', "import 'prom-client';"],
  ['feederd/metrics/x.ts', "import 'fastify';"],
  ['feederd/api/x.ts', "import '../../local/x.ts';"],
  ['feederd/api/x.ts', "import '@aws-sdk/client-sqs';"],
  ['feederd/choose-place.ts', "import '../nommerd/x.ts';"],
  ['feederd/open-outputs.ts', "import '../local/x.ts';"],
  ['feederd/open-outputs.ts', "import 'fastify';"],
  ['nommerd/x.ts', "import '../feederd/x.ts';"],
  ['nommerd/x.ts', "import '../local/x.ts';"],
  ['nommerd/x.ts', "import 'execa';"],
  ['nommerd/choose-place.ts', "import '../feederd/x.ts';"],
  ['client/x.ts', "import '../conf/x.ts';"],
  ['client/x.ts', "import 'undici';"],
  ['client/x.ts', "import 'node:fs';"],
  ['cli/x.ts', "import '../feederd/x.ts';"],
  ['cli/x.ts', "import '../local/x.ts';"],
  ['cli/x.ts', "import '../nommers/x.ts';"],
  ['cli/doctor/check-containment.ts', "import '../../storage/x.ts';"],
  ['cli/choose-place.ts', "import '../nommerd/x.ts';"],
  ['cli/audit/open-installation.ts', "import '../../nommerd/x.ts';"],
  ['web/x.ts', "import '../feederd/x.ts';"],
  ['web/x.ts', "import 'node:fs';"],
  ['web/x.ts', "import 'fastify';"],
  ['web/vite.config.ts', "import '../core/x.ts';"],
  ['index.ts', "import './local/x.ts';"],
  ['client.ts', "import './conf/x.ts';"],
  // Other ways to say it, and ways around it.
  ['core/x.ts', "export * from '../aws/x.ts';"],
  ['core/x.ts', "export { x } from '../aws/x.ts';"],
  ['core/x.ts', "export const y = import('../aws/x.ts');"],
  ['core/x.ts', "export type X = import('../aws/x.ts').T;"],
  ['core/x.ts', "import '../core/../aws/x.ts';"],
  ['core/x.ts', "import './../aws/x.ts';"],
  ['core/x.ts', "import 'media-nommer';"],
  ['local/x.ts', "import 'sqlite';"],
  ['storage/x.ts', "import 'undici-types';"],
  ['new-room/x.ts', "import '../core/x.ts';"],
  // The environment has one reader.
  ['feederd/x.ts', 'export const x = process.env;'],
  ['feederd/x.ts', "export const y = process.env['HOME'];"],
  ['feederd/x.ts', 'export const { env: z } = process;'],
  ['conf/x.ts', "export const x = process.env['HOME'];"],
  ['feederd/x.ts', "import { env } from 'node:process';"],
];

const CLEAN: readonly Planted[] = [
  ['core/x.ts', "import 'zod';"],
  ['core/job-rules/x.ts', "import '../x.ts';"],
  ['conf/x.ts', "import '../core/x.ts';"],
  ['conf/groups/x.ts', "import '../kinds.ts';"],
  ['conf/load-nomconf.ts', "export const x = process.env['HOME'];"],
  ['daemon/x.ts', "import 'pino';"],
  ['net/y.ts', "import 'undici';"],
  ['local/x.ts', "import 'node:sqlite';"],
  ['local/x.ts', "import type { T } from '../conf/x.ts';"],
  ['aws/x.ts', "import '@aws-sdk/client-sqs';"],
  ['storage/http/x.ts', "import '../../net/x.ts';"],
  ['storage/s3/y.ts', "import { type T } from '../../conf/x.ts';"],
  ['nommers/ffmpeg/x.ts', "import 'execa';"],
  ['feederd/main.ts', "import '../require-node.js';"],
  ['feederd/api/x.ts', "import 'fastify';"],
  ['feederd/metrics/y.ts', "import 'prom-client';"],
  ['feederd/api/x.ts', "import '../job-desk.ts';"],
  ['feederd/x.ts', "import './api/x.ts';"],
  ['feederd/choose-place.ts', "import '../local/x.ts';"],
  ['nommerd/choose-place.ts', "export const x = import('../aws/x.ts');"],
  ['nommerd/x.ts', "import '../storage/x.ts';"],
  ['client/x.ts', "import '../core/x.ts';"],
  ['cli/x.ts', "import '../client/x.ts';"],
  ['cli/choose-place.ts', "import '../local/x.ts';"],
  ['cli/audit/open-installation.ts', "import '../../local/x.ts';"],
  ['index.ts', "import './core/x.ts';"],
];

const PLANTED = [...OFFENDERS, ...CLEAN];

let tree: string;
/** What the linter has found, as FILE:LINE. */
let found: ReadonlySet<string>;

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'layering-'));
  await cp(join(ROOT, '.oxlint'), join(tree, '.oxlint'), { recursive: true });
  await cp(join(ROOT, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const [file, lines] of Object.entries(Object.groupBy(PLANTED, ([name]) => name))) {
    const path = join(tree, 'src', file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, lines?.map(([, line]) => `${line}\n`).join('') ?? '');
  }
  found = await lint();
});
afterAll(() => rm(tree, { recursive: true }));

it.each(OFFENDERS)('finds in src/%s: %s', (file, line) => {
  expect(found).toContain(placeOf(file, line));
});

it.each(CLEAN)('allows in src/%s: %s', (file, line) => {
  expect(found).not.toContain(placeOf(file, line));
});

it.each(ROOMS.map(({ path }) => path))('there is an offender in src/%s', (room) => {
  expect(OFFENDERS.map(([file]) => file)).toContainEqual(
    expect.stringMatching(new RegExp(`^${room}(/|$)`)),
  );
});

it('finds nothing in this project', async () => {
  const { stdout } = await oxlint(ROOT, 'src');
  expect(findingsIn(stdout)).toStrictEqual([]);
});

async function lint(): Promise<ReadonlySet<string>> {
  const { stdout } = await oxlint(tree, 'src');
  return new Set(findingsIn(stdout));
}

function placeOf(file: string, line: string): string {
  const lines = PLANTED.filter(([name]) => name === file).map(([, each]) => each);
  return `src/${file}:${lines.indexOf(line) + 1}`;
}

/** The linter ends with an error when it finds anything, and then the findings are what counts. */
async function oxlint(cwd: string, path: string): Promise<{ stdout: string }> {
  const bin = join(ROOT, 'node_modules', '.bin', 'oxlint');
  try {
    return await promisify(execFile)(bin, ['-f', 'json', path], { cwd, maxBuffer: 2 ** 26 });
  } catch (thrown) {
    if (thrown instanceof Error && 'stdout' in thrown) return { stdout: String(thrown.stdout) };
    throw thrown;
  }
}

interface Findings {
  readonly diagnostics: readonly {
    readonly code: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

/** The findings of the rules that guard the layering. */
function findingsIn(output: string): readonly string[] {
  const { diagnostics } = JSON.parse(output) as Findings;
  return diagnostics
    .filter(({ code }) => code === 'rooms(layering)' || code === 'eslint(no-restricted-properties)')
    .map(({ filename, labels }) => `${filename}:${labels[0]?.span.line}`);
}
