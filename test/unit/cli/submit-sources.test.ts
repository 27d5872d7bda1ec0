import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDestination } from '../../../src/cli/submit/destination.ts';
import { findSources } from '../../../src/cli/submit/find-sources.ts';
import { isStillGood, jobKey } from '../../../src/cli/submit/job-key.ts';
import { checkNameTemplate } from '../../../src/cli/submit/name-template.ts';
import { planRequests } from '../../../src/cli/submit/plan-requests.ts';
import { parseMediaUri } from '../../../src/core/media-uri.ts';
import { makeFinishedJob, makeWireJob } from './make-wire-job.ts';

const ODD_NAMES = ['my clip.mov', '100%.mov', '%41#1?.mov', 'ünï日本🎬.mov', '-i.mov', 'a\nb.mov'];
const FILES = [
  ...ODD_NAMES.map((name) => `odd/${name}`),
  ...['in/e10.mov', 'in/e2.MOV', 'in/e2.avi', 'in/notes.txt', 'in/.hidden.mov', 'in/[1].mov'],
  ...['in/b/e1.mov', 'in/b/c/e1.mov', 'in/.cache/x.mov', 'in/b/cover.jpg'],
  ...['done/a.mov', 'done/a.h264_web.mp4', 'done/out/a.mp4', 'bare/a'],
];
const CHOSEN = { jobOptions: { options: 'h264_web' }, extension: 'mp4', suffix: 'h264_web' };

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'media-nommer-sources-'));
  for (const name of FILES) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), '');
  }
  await symlink(join(cwd, 'in/e2.avi'), join(cwd, 'in/link.avi'));
  await symlink(join(cwd, 'nowhere'), join(cwd, 'in/broken.avi'));
});

afterAll(() => rm(cwd, { recursive: true }));

const find = (given: readonly string[], recursive = false) =>
  findSources(given, { cwd, recursive });
const names = async (...given: readonly string[]) => {
  const { sources, refused } = await find(given);
  expect(refused).toEqual([]);
  return sources.map(({ name }) => name);
};

async function plan(given: readonly string[], to?: string, template?: string, recursive = true) {
  const { sources } = await find(given, recursive);
  const destination = readDestination(to, cwd);
  const made = planRequests(sources, { destination, chosen: CHOSEN, template });
  return {
    ...made,
    outputs: made.planned.map(({ request }) => request.dest_path.replace(`file://${cwd}/`, '')),
  };
}

describe('sources', () => {
  it.each(ODD_NAMES)('finds the file %j again behind its URI', async (name) => {
    const { sources } = await find([`odd/${name}`]);
    const uri = parseMediaUri(sources[0]?.uri ?? '', 'source_path');
    expect(uri).toMatchObject({ scheme: 'file', path: join(cwd, 'odd', name) });
  });

  it('are URIs as they are, and what is no file is refused', async () => {
    expect((await find(['s3://bucket/a b#.mov'])).sources[0]?.uri).toBe('s3://bucket/a b#.mov');
    const { sources, refused } = await find(['missing.mov', 'file://', 'no*.mov', 'bare']);
    expect(sources).toEqual([]);
    expect(refused).toMatchObject([
      { source: 'missing.mov', thrown: { code: 'SOURCE_NOT_FOUND' } },
      { source: 'file://', thrown: { code: 'BAD_URI' } },
      { source: 'no*.mov', thrown: { message: 'No file matches; received "no*.mov"' } },
      { source: 'bare', thrown: { message: expect.stringContaining('no media files') } },
    ]);
  });

  it('of a folder are its media files, as people count, and its folders only when asked', async () => {
    const media = ['in/[1].mov', 'in/e2.avi', 'in/e2.MOV', 'in/e10.mov', 'in/link.avi'];
    expect((await names('in')).toSorted()).toEqual(media.toSorted());
    expect((await names('in/')).indexOf('in/e10.mov')).toBeGreaterThan(2);
    const { sources } = await find(['in'], true);
    expect(sources.map(({ found }) => found?.dir)).toEqual(
      expect.arrayContaining(['', 'b', 'b/c']),
    );
    expect(sources).toHaveLength(7);
  });

  it('of a glob are what the shell would find, and a file of that very name goes before it', async () => {
    expect(await names('in/*.mov')).toEqual(['in/[1].mov', 'in/e10.mov']);
    expect(await names('in/**/e1.mov')).toEqual(['in/b/c/e1.mov', 'in/b/e1.mov']);
    expect(await names('in/e{2,10}.{mov,avi}')).toEqual(['in/e2.avi', 'in/e10.mov']);
    expect(await names('in/[1].mov')).toEqual(['in/[1].mov']);
    expect(await names(join(cwd, 'in/b/*'))).toEqual([
      join(cwd, 'in/b/cover.jpg'),
      join(cwd, 'in/b/e1.mov'),
    ]);
  });

  it('count once, however often they are meant', async () => {
    expect(await names('in/e10.mov', 'in/*.mov', `file://${cwd}/in/e10.mov`)).toEqual([
      'in/e10.mov',
      'in/[1].mov',
    ]);
  });
});

describe('outputs', () => {
  it('lie as the sources of a folder lie, and flat where files are named', async () => {
    const { outputs } = await plan(['in/b'], 'out/');
    expect(outputs).toEqual(['out/c/e1.mp4', 'out/e1.mp4']);
    expect((await plan(['in/**/e1.mov'], 'out/')).outputs).toEqual([
      'out/b/c/e1.mp4',
      'out/b/e1.mp4',
    ]);
    expect((await plan(['in/b/c/e1.mov'], 'out/')).outputs).toEqual(['out/e1.mp4']);
  });

  it('never overwrite each other, or a source: both are named', async () => {
    const twice = await plan(['in/e2.MOV', 'in/e2.avi', 'in/e10.mov'], 'out/');
    expect(twice.collisions).toMatchObject([
      {
        source: 'in/e2.avi',
        thrown: { message: 'Its output would overwrite that of "in/e2.MOV"' },
      },
    ]);
    const { collisions } = await plan(['done/a.mov', 'done/a.h264_web.mp4'], undefined);
    expect(collisions).toMatchObject([
      { source: 'done/a.mov', thrown: { message: expect.stringContaining('a.h264_web.mp4') } },
    ]);
    const itself = await plan(['done/a.mov'], 'done/', '{name}.{source_ext}');
    expect(itself.collisions).toMatchObject([
      { thrown: { message: expect.stringMatching(/itself/) } },
    ]);
  });

  it('have the names that a template makes', async () => {
    const template = '{preset}/{dir}/{name}-{source_ext}.{ext}';
    const { outputs } = await plan(['in/b', 'in/e2.a*'], 'out/', template);
    expect(outputs).toEqual([
      'out/h264_web/c/e1-mov.mp4',
      'out/h264_web/e1-mov.mp4',
      'out/h264_web/e2-avi.mp4',
    ]);
    expect(() => checkNameTemplate('{nmae}.mp4')).toThrow('--name takes {name}, {ext}');
    for (const wrong of ['/etc/{name}', 'a/../{name}', '', '{name}/']) {
      expect(() => checkNameTemplate(wrong)).toThrow('must be a name within');
    }
  });

  it('of an earlier run are no sources of the next', async () => {
    expect((await plan(['done'], undefined, undefined, false)).outputs).toEqual([
      'done/a.h264_web.mp4',
    ]);
    expect((await plan(['done'], 'done/out/', '{dir}/{name}.x.{ext}')).outputs).toEqual(
      ['done/out/a.x.mp4', 'done/out/a.h264_web.x.mp4'].toSorted(),
    );
  });
});

describe('the same command again', () => {
  const keyOf = async (to = 'out/') => {
    const { planned } = await plan(['in/e10.mov'], to);
    const [one] = planned;
    if (one === undefined) throw new Error('nothing planned');
    return { key: jobKey(one), instead: jobKey(one, makeWireJob()) };
  };

  it('has the same key for the same file and wish, and another one for another', async () => {
    const { key, instead } = await keyOf();
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect((await keyOf()).key).toBe(key);
    expect((await keyOf('elsewhere/')).key).not.toBe(key);
    expect(instead).not.toBe(key);
    await utimes(join(cwd, 'in/e10.mov'), 1, 1);
    expect((await keyOf()).key).not.toBe(key);
    const { sources } = await find(['s3://bucket/a.mov']);
    const destination = readDestination('out/', cwd);
    const [remote] = planRequests(sources, { destination, chosen: CHOSEN }).planned;
    expect(remote && jobKey(remote)).toBeUndefined();
  });

  it('goes by what has become of the job, and of its output', async () => {
    const facts = makeFinishedJob().result?.outputs[0];
    if (facts === undefined) throw new Error('no output');
    const at = (name: string) => {
      const outputs = [{ ...facts, uri: `file://${cwd}/${name}` }];
      return makeFinishedJob({ result: { source: null, outputs } });
    };
    expect(await isStillGood(makeWireJob())).toBe(true);
    expect(await isStillGood(at('done/out/a.mp4'))).toBe(true);
    expect(await isStillGood(at('done/out/gone.mp4'))).toBe(false);
    expect(await isStillGood(makeWireJob({ job_state: 'ERROR' }))).toBe(false);
    const remote = { ...facts, uri: 's3://bucket/a.mp4' };
    const result = { source: null, outputs: [remote] };
    expect(await isStillGood(makeFinishedJob({ result }))).toBe(true);
  });
});
