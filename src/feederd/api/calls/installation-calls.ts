import * as z from 'zod';
import { FleetSchema, PresetSchema, StatsSchema } from '../../../core/api-schema.ts';
import type { Call } from './call.ts';
import { STORE_ERRORS } from './errors-of.ts';

/** What there is to know of the installation. */
export const INSTALLATION_CALLS = {
  nodes: {
    method: 'GET',
    path: '/nodes',
    family: 'installation',
    access: ['read'],
    summary: 'List the nodes',
    answers: {
      200: {
        description: 'All that report, and those that are launched and have yet to report.',
        body: {
          schema: FleetSchema,
          example: {
            nodes: [
              {
                node_id: 'node-1',
                condition: 'ACTIVE',
                slots: 2,
                active_jobs: [{ unique_id: '1f40fc92da241694750979ee6cf582f2', attempt: 1 }],
                started_dtime: '2026-11-01T11:58:00.000Z',
                reported_dtime: '2026-11-01T12:00:10.000Z',
                versions: { node: '24.21.0', ffmpeg: '8.0' },
              },
            ],
            booting: [
              {
                node_id: 'node-2',
                condition: 'BOOTING',
                launched_dtime: '2026-11-01T12:00:00.000Z',
              },
            ],
          },
        },
      },
    },
    errors: STORE_ERRORS,
  },
  presets: {
    method: 'GET',
    path: '/presets',
    family: 'installation',
    // Who submits has to know them, too.
    access: ['submit', 'read'],
    summary: 'List the presets',
    answers: {
      200: {
        description: 'What `job_options.options` can name.',
        body: {
          schema: z.object({ presets: z.array(PresetSchema) }),
          example: {
            presets: [
              {
                name: 'small',
                description: 'H.264 without sound',
                options: [
                  {
                    outfile_options: [
                      ['vcodec', 'libx264'],
                      ['an', null],
                    ],
                  },
                ],
              },
            ],
          },
        },
      },
    },
    errors: [],
  },
  stats: {
    method: 'GET',
    path: '/stats',
    family: 'installation',
    access: ['read'],
    summary: 'Tell figures of jobs, queue and nodes',
    answers: {
      200: {
        description: 'As they are now. For a token with `onlyOwn` jobs are its own.',
        body: {
          schema: StatsSchema,
          example: {
            jobs: { PENDING: 3, DOWNLOADING: 0, ENCODING: 2, UPLOADING: 0 },
            undelivered_notifications: 0,
            queue: { waiting: 3, delayed: 0, in_flight: 0 },
            nodes: { ACTIVE: 1, DRAINING: 0, TERMINATING: 0 },
            slots: { total: 2, busy: 2 },
          },
        },
      },
    },
    errors: STORE_ERRORS,
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    family: 'installation',
    access: ['read'],
    summary: 'Tell figures to Prometheus',
    description: 'Not for a token with `onlyOwn`: they are of everybody’s jobs.',
    answers: {
      200: {
        description: "Prometheus' text format.",
        body: { type: 'text/plain', schema: z.string() },
      },
    },
    errors: [],
  },
  healthz: {
    method: 'GET',
    path: '/healthz',
    family: 'installation',
    // For load balancers and service managers, which have no tokens; so is the next one.
    access: 'open',
    summary: 'Tell whether the process lives',
    answers: {
      200: {
        description: 'It does.',
        body: { schema: z.object({ status: z.literal('ok') }), example: { status: 'ok' } },
      },
    },
    errors: [],
  },
  readyz: {
    method: 'GET',
    path: '/readyz',
    family: 'installation',
    access: 'open',
    summary: 'Tell whether store and queue can be reached',
    answers: {
      200: {
        description: 'They can.',
        body: { schema: z.object({ status: z.literal('ready') }), example: { status: 'ready' } },
      },
    },
    errors: STORE_ERRORS,
  },
} satisfies Record<string, Call>;
