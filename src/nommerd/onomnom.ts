import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NommerError, toNommerError } from '../core/errors.ts';
import type { EncodingJob, JobResult, Progress } from '../core/job.ts';
import { parseMediaUri, type MediaUri } from '../core/media-uri.ts';
import type { MediaFacts } from '../core/media-facts.ts';
import type { NomOutput, NomRequest, NomResult, Nommer } from '../core/nommer.ts';
import type { Moved, StorageBackend } from '../core/storage-backend.ts';
import type { AttemptReporter } from './attempt-report.ts';
import type { Lease } from './lease.ts';

export interface OnomnomParts {
  readonly nommers: ReadonlyMap<string, Nommer>;
  readonly backendFor: (uri: MediaUri, field: 'source_path' | 'dest_path') => StorageBackend;
}

/**
 * One whole job on this node: download, nom, upload. Stores the states on the way through the lease,
 * and stops with the reason of the signal.
 * @param attempt.signal aborted with the lease's, at the latest
 * @param attempt.dir a directory of this attempt's own, for the source
 * @param attempt.workDir an empty one, for the nommer
 */
export async function onomnom(
  job: EncodingJob,
  attempt: {
    lease: Lease;
    dir: string;
    workDir: string;
    reporter: AttemptReporter;
    signal: AbortSignal;
  },
  { nommers, backendFor }: OnomnomParts,
): Promise<JobResult> {
  const { lease, dir, workDir, reporter, signal } = attempt;
  const sourceUri = parseMediaUri(job.sourcePath, 'source_path');
  const destUri = parseMediaUri(job.destPath, 'dest_path');
  const sourceBackend = backendFor(sourceUri, 'source_path');
  const destBackend = backendFor(destUri, 'dest_path');
  const nommer = nommers.get(job.nommer);
  if (nommer === undefined) {
    const known = [...nommers.keys()].join(', ');
    throw new NommerError(
      'UNKNOWN_NOMMER',
      `This node has no nommer "${job.nommer}"; it has ${known}`,
      // feederd knew it when it took the job: another node may have it, or this one soon.
      { retryable: true },
    );
  }
  const published = await alreadyPublished(job, destUri, { destBackend, signal });
  if (published !== undefined) return published;
  const onMoved = (moved: Moved) => lease.setProgress(movedProgress(moved));

  const extension = extensionOf(job.sourcePath);
  // The extension stays with the file: some formats are known by nothing else.
  const source = join(dir, extension === '' ? 'source' : `source.${extension}`);
  await sourceBackend.download(sourceUri, source, { signal, onProgress: onMoved });

  await lease.advance({ state: 'ENCODING' });
  const nommed = await runNommer(nommer, {
    source,
    workDir,
    options: job.options,
    extension: extensionOf(job.destPath),
    signal,
    onProgress: (progress) => lease.setProgress(progress),
    onLog: (line) => reporter.log(line),
    onTranslated: (change) => reporter.translated(change),
  });
  const output = onlyOutput(nommed, job.nommer);
  const facts = output.facts ?? (await factsOfUnknown(output.file));
  signal.throwIfAborted();

  const result = { source: nommed.source, outputs: [{ uri: job.destPath, ...facts }] };
  await lease.advance({ state: 'UPLOADING', result });
  await destBackend.upload(output.file, destUri, {
    signal,
    onProgress: onMoved,
    jobId: job.uniqueId,
    attempt: job.attempt,
    beforePublish: () => lease.confirm(),
  });
  return result;
}

/**
 * What an earlier attempt made, if that died after it had published it: the object itself tells.
 * @returns undefined where that cannot be known
 */
async function alreadyPublished(
  { uniqueId, made }: EncodingJob,
  destUri: MediaUri,
  { destBackend, signal }: { destBackend: StorageBackend; signal: AbortSignal },
): Promise<JobResult | undefined> {
  if (!made) return undefined;
  try {
    const found = await destBackend.stat(destUri, { signal });
    const by = found?.publishedBy;
    return by?.jobId === uniqueId && by.attempt === made.attempt ? made.result : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined; // no right to look, perhaps: then it is made again
  }
}

/** An error of the nommer's own that it did not think of is no reason to try the same again. */
async function runNommer(nommer: Nommer, request: NomRequest): Promise<NomResult> {
  try {
    return await nommer.nom(request);
  } catch (thrown: unknown) {
    throw request.signal.aborted ? thrown : toNommerError(thrown, 'ENCODE_FAILED');
  }
}

async function factsOfUnknown(file: string): Promise<MediaFacts> {
  const { size } = await stat(file);
  return { size, format: null, duration: null, bitRate: null, video: null, audio: null };
}

function onlyOutput({ outputs }: NomResult, nommer: string): NomOutput {
  const [output, ...more] = outputs;
  if (output === undefined || more.length > 0) {
    throw new NommerError(
      'ENCODE_FAILED',
      `${nommer} has to make one output for dest_path; it made ${outputs.length}`,
    );
  }
  return output;
}

/** The file extension a URI ends with, without the dot; '' where there is none. */
function extensionOf(uri: string): string {
  return /\.([a-z0-9]{1,10})(?:[?#].*)?$/i.exec(uri)?.[1]?.toLowerCase() ?? '';
}

function movedProgress({ bytes, totalBytes }: Moved): Progress {
  return {
    percent: totalBytes === null || totalBytes === 0 ? null : (100 * bytes) / totalBytes,
    fps: null,
    speed: null,
    outSeconds: null,
    etaSeconds: null,
    pass: 1,
    passes: 1,
    bytes,
    totalBytes,
  };
}
