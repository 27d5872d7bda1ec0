import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../process/installation.ts';
import { findSecrets } from './find-secrets.ts';
import type { Ground } from './ground.ts';
import { PASSWORD } from './hostile-case.ts';
import { processesLeft } from './left-behind.ts';
import type { CorpusRun } from './run-corpus.ts';
import { changesSince, ITS_OWN, takeSnapshot } from './snapshot.ts';

const run = promisify(execFile);

/** Everything that is not as it should be, in a person's words. */
export async function judge(ground: Ground, corpus: CorpusRun): Promise<readonly string[]> {
  return [
    ...wronglyTold(corpus),
    ...(await wrongOutputs(ground, corpus)),
    ...(await harmDone(ground, corpus)),
    ...(await leftBehind(ground)),
  ];
}

function wronglyTold({ outcomes }: CorpusRun): readonly string[] {
  return outcomes.flatMap(([{ name, told }, { at, code, words }]) => {
    if (at === told.at && code === told.code && told.words.test(words)) return [];
    const wanted = `at ${told.at} ${told.code} ${String(told.words)}`;
    return [`${name}: told at ${at} ${code} ${words}; expected ${wanted}`];
  });
}

async function wrongOutputs(
  ground: Ground,
  { outcomes, good }: CorpusRun,
): Promise<readonly string[]> {
  const finished = outcomes.filter(([, { code }]) => code === 'FINISHED');
  const wanted = [...good, ...finished.map(([, { output }]) => output)];
  const there = await readdir(ground.path('out'));
  const [reference = '', ...others] = good;
  const same = [
    ...others,
    ...finished.flatMap(([{ told }, { output }]) =>
      told.code === 'FINISHED' && told.sameAsClip ? [output] : [],
    ),
  ];
  const frames = await framesOf(ground.path(`out/${reference}`));
  const wrong: string[] = [];
  for (const name of same.filter((one) => there.includes(one))) {
    if ((await framesOf(ground.path(`out/${name}`))) !== frames) wrong.push(name);
  }
  return [
    ...wanted.filter((name) => !there.includes(name)).map((name) => `no output ${name}`),
    ...there
      .filter((name) => !wanted.includes(name))
      .map((name) => `an output nobody made: ${name}`),
    ...wrong.map((name) => `other frames than a job in good company has: ${name}`),
  ];
}

/** The sum of every decoded frame. */
async function framesOf(file: string): Promise<string> {
  const args = ['-v', 'error', '-i', `file:${file}`, '-f', 'framemd5', '-'];
  return (await run('ffmpeg', args)).stdout;
}

async function harmDone(ground: Ground, corpus: CorpusRun): Promise<readonly string[]> {
  const { here, log, secrets, canary, listeners } = ground;
  const answers = new Map([['the log', log.text]]);
  for (const [{ name }, { id, words }] of corpus.outcomes) {
    answers.set(`what is told of ${name}`, words);
    if (id !== null) answers.set(`the answer for ${name}`, await answersOf(here.url, id));
  }
  const places = { folder: here.dir, left: [secrets.video, secrets.picture, secrets.text] };
  const told = await findSecrets([canary, PASSWORD], answers, places);
  const now = await takeSnapshot(here.dir, ITS_OWN);
  const evil = (await readdir('/tmp')).filter((name) => name.startsWith('media-nommer-evil'));
  return [
    ...told.map((place) => `a secret in ${place}`),
    ...changesSince(corpus.before, now).map((name) => `changed: ${name}`),
    ...evil.map((name) => `written: /tmp/${name}`),
    ...(listeners.connections() > 0 ? [`${listeners.connections()} connections inside`] : []),
    ...(log.text.includes('by a fault of ours')
      ? ['a fault of media-nommer itself in the log']
      : []),
  ];
}

async function answersOf(url: string, id: string): Promise<string> {
  const calls = [`/jobs/${id}`, `/jobs/${id}/log`, `/job/status?job_id=${id}`];
  const texts = calls.map(async (call) => (await fetch(`${url}${call}`)).text());
  return (await Promise.all(texts)).join('\n');
}

async function leftBehind({ here, secrets, daemons }: Ground): Promise<readonly string[]> {
  const other = dirname(secrets.video);
  const ours = [other.slice(other.lastIndexOf('/') + 1), 'alive-until'];
  let folders: readonly string[] = [];
  let processes: readonly string[] = [];
  const isTidy = async () => {
    folders = (await readdir(dirname(other))).filter((name) => !ours.includes(name));
    processes = await processesLeft(daemons, here.dir);
    return folders.length + processes.length === 0;
  };
  await waitFor('all to be tidied up', isTidy, 30).catch(() => {});
  return [
    ...folders.map((name) => `a work directory left: ${name}`),
    ...processes.map((command) => `a process left: ${command}`),
  ];
}
