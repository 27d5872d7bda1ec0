import type { SubmitRequest } from '../../src/core/api-wire.ts';
import type { WireJob } from '../../src/core/job-wire.ts';
import { waitFor } from '../process/installation.ts';
import type { Ground } from './ground.ts';
import type { HostileCase, Submission } from './hostile-case.ts';
import { ITS_OWN, takeSnapshot, type Snapshot } from './snapshot.ts';

/** What the user was told. */
export interface Outcome {
  readonly at: 'submit' | 'run';
  /** An error code, or FINISHED. */
  readonly code: string;
  /** The message, or of an output what is in it. */
  readonly words: string;
  /** Name of the output among the outputs. */
  readonly output: string;
  readonly id: string | null;
}

/** All that one run of the corpus came to. */
export interface CorpusRun {
  readonly outcomes: readonly (readonly [HostileCase, Outcome])[];
  /** Names of the good jobs' outputs, the first of which was made before anybody hostile came. */
  readonly good: readonly string[];
  /** The installation's folder, when all was made and nothing hostile submitted yet. */
  readonly before: Snapshot;
}

/** How many hostile jobs there are for each good one among them. */
const HOSTILE_PER_GOOD = 6;
const ENDED = ['FINISHED', 'ERROR', 'ABANDONED', 'CANCELLED'];
const PATIENCE_SECONDS = 900;

const GOOD_OPTIONS = { 'c:v': 'libx264', preset: 'ultrafast', threads: 1, 'c:a': 'aac', f: 'mp4' };

/** Submits every case, the last ones first: those take long. Good jobs are among them. Waits until all have ended. */
export async function runCorpus(ground: Ground, cases: readonly HostileCase[]): Promise<CorpusRun> {
  const good: string[] = [];
  const submitGood = async () => {
    const name = `good-${good.length}.mp4`;
    good.push(name);
    return ground.here.submitJob(requestOf({}, ground, name));
  };
  await ground.here.finished(await submitGood(), PATIENCE_SECONDS);

  const goodIds: string[] = [];
  const waiting: (() => Promise<readonly [HostileCase, Outcome]>)[] = [];
  const made = await makeAll(ground, cases.toReversed());
  const before = await takeSnapshot(ground.here.dir, ITS_OWN);
  for (const [index, { one, submission }] of made.entries()) {
    if (index % HOSTILE_PER_GOOD === 0) goodIds.push(await submitGood());
    const output = outputOf(one, submission);
    const answer = await ground.here.submit(requestOf(submission, ground, output));
    waiting.push(async () => {
      if (answer.success) return [one, await outcomeOf(ground, answer.job_id, output)];
      const { error_code: code, message: words } = answer;
      return [one, { at: 'submit', code, words, output, id: null }];
    });
  }
  const outcomes: (readonly [HostileCase, Outcome])[] = [];
  for (const wait of waiting) outcomes.push(await wait());
  for (const id of goodIds) await ground.here.finished(id, PATIENCE_SECONDS);
  await ground.here.finished(await submitGood(), PATIENCE_SECONDS);
  return { outcomes, good, before };
}

/** Before the first is submitted, so that nothing but jobs changes anything afterwards. */
async function makeAll(ground: Ground, cases: readonly HostileCase[]) {
  const made: { one: HostileCase; submission: Submission }[] = [];
  for (const one of cases) made.push({ one, submission: await one.make(ground) });
  return made;
}

function outputOf({ name }: HostileCase, { output }: Submission): string {
  return output ?? `${name.replaceAll(/\W+/g, '-')}.mp4`;
}

function requestOf(submission: Submission, ground: Ground, output: string): SubmitRequest {
  const { infile, outfile, output: _named, ...rest } = submission;
  const pass = { infile_options: infile ?? {}, outfile_options: outfile ?? GOOD_OPTIONS };
  return {
    source_path: ground.uri('clip.mp4'),
    dest_path: ground.uri(`out/${output}`),
    ...rest,
    job_options: { nommer: 'FFmpegNommer', options: [pass] },
  };
}

async function outcomeOf(ground: Ground, id: string, output: string): Promise<Outcome> {
  let job = await ground.here.job(id);
  await waitFor(
    `job of ${output} to end`,
    async () => {
      job = await ground.here.job(id);
      return ENDED.includes(job.job_state);
    },
    PATIENCE_SECONDS,
  );
  const code = job.error_code ?? job.job_state;
  const words = code === 'FINISHED' ? describe(job) : String(job.job_state_details);
  return { at: 'run', code, words, output, id };
}

/** What is in an output: `h264 160x90, aac`. */
function describe({ result }: WireJob): string {
  const [output] = result?.outputs ?? [];
  const video =
    output?.video && `${output.video.codec} ${output.video.width}x${output.video.height}`;
  return [video, output?.audio?.codec].filter(Boolean).join(', ') || `${output?.format}`;
}
