import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { audit, type AuditResult } from '../../../../src/cli/audit/audit.ts';
import {
  openInstallation,
  type Installation,
} from '../../../../src/cli/audit/open-installation.ts';
import { renderFinding } from '../../../../src/cli/audit/render-finding.ts';
import { unpainted } from '../../../../src/cli/render/paint.ts';
import type { EncodingJob } from '../../../../src/core/job.ts';
import type { NodeState } from '../../../../src/core/node-state.ts';
import { openTemporaryPlace } from '../../../conformance/open-temporary-place.ts';
import { makeJob } from '../../../doubles/make-job.ts';
import { parse } from '../../conf/try-settings.ts';
import { openWorkroom } from '../../storage/open-workroom.ts';

export const PAST = Date.now() - 3_600_000;
export const node: NodeState = {
  nodeId: 'node-1',
  condition: 'ACTIVE',
  slots: 1,
  activeJobs: [],
  fromFleet: false,
  startedAt: PAST,
  reportedAt: Date.now(),
  versions: {},
};

/** An installation with media beside it, and what the audit says of it. */
export async function openAudited(variables: Readonly<Record<string, string>> = {}) {
  const media = await openWorkroom();
  const place = await openTemporaryPlace();
  const { dataDir, store } = place;
  const settings = parse({ DATA_DIR: dataDir, FILE_ROOTS: [media.path], ...variables });
  let between = () => Promise.resolve();
  return {
    ...place,
    media,
    /** What happens between the two looks. */
    meanwhile: (act: () => Promise<void>) => (between = act),
    /** A job that has ended well, with its output. */
    async finished(name: string, patch: Partial<EncodingJob> = {}): Promise<EncodingJob> {
      const isFile = patch.destPath === undefined || !patch.destPath.includes('://');
      const path = isFile ? join(media.path, patch.destPath ?? `${name}.mp4`) : undefined;
      if (path !== undefined) await writeFile(path, '12345');
      const facts = { format: null, duration: null, bitRate: null, video: null, audio: null };
      const destPath = path === undefined ? (patch.destPath ?? '') : `file://${path}`;
      const states = ['PENDING', 'DOWNLOADING', 'ENCODING', 'UPLOADING', 'FINISHED'] as const;
      const job = makeJob(
        {
          uniqueId: name,
          jobState: 'FINISHED',
          attempt: 1,
          version: 5,
          queued: true,
          timings: states.map((state, at) => ({ state, attempt: at === 0 ? 0 : 1, at: PAST + at })),
          result: { source: null, outputs: [{ uri: destPath, size: 5, ...facts }] },
          ...patch,
          destPath,
        },
        PAST,
      );
      await store.create(job);
      return job;
    },
    /** @param patch what of the installation is otherwise */
    async audit(patch: Partial<Installation> = {}): Promise<AuditResult> {
      const installation: Installation = await openInstallation(settings);
      const options = { settings, since: 0, outputs: true, pauseMs: 0, silenceMs: 0 };
      try {
        const looking = audit(
          {
            ...installation,
            ...patch,
            deadWorkDirs: async () => {
              const found = await installation.deadWorkDirs();
              await between();
              return found;
            },
          },
          options,
        );
        return await looking;
      } finally {
        await installation.close();
      }
    },
  };
}

/** As a person reads it. */
export function told({ findings }: AuditResult): readonly string[] {
  return findings.map((finding) => renderFinding(finding, { width: 80, paint: unpainted }));
}
