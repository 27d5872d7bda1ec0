/**
 * A nomconf to start from: copy it to nomconf.ts and keep what you want to change. It runs as it is,
 * with everything on this machine. All settings are in the README; each can be given as an environment
 * variable too, which then counts: the place for secrets.
 */
import { defineNomconf } from 'media-nommer';

export default defineNomconf({
  // The place: 'local' keeps jobs in a file and runs nodes on this machine; 'aws' rents them.
  BACKEND: 'local',
  // Relative paths count from this file's folder.
  DATA_DIR: '.media-nommer',
  // file:// URIs may lead into these folders and nowhere else.
  FILE_ROOTS: ['.'],
  LOG_LEVEL: 'info',

  // feederd, which takes the jobs. Without API_TOKENS it serves this machine alone; at an address that
  // others can reach it wants some. Their hashes are enough: printf %s TOKEN | sha256sum
  FEEDERD_HOST: '127.0.0.1',
  FEEDERD_PORT: 8001,
  // API_TOKENS: [{ name: 'shop', sha256: '…', scopes: ['submit', 'read'], onlyOwn: true }],

  // Nodes: how many there may be at a time, and on how many jobs each of them works.
  MAX_NUM_EC2_INSTANCES: 1,
  MAX_ENCODING_JOBS_PER_EC2_INSTANCE: 2,

  // nommerd, on a node. A node without work for so long goes away.
  NOMMERD_TERMINATE_WHEN_IDLE: true,
  NOMMERD_MAX_INACTIVITY: 600,
  // FFmpeg is kept from the rest as well as the machine can; with less than this, a node does not start.
  // FFMPEG_CONTAINMENT: 'bubblewrap',
  // A job that fails by no fault of its own is tried so often.
  JOB_MAX_ATTEMPTS: 5,

  // Media: presets, nommers and storage backends of your own.
  PRESETS: {
    // Jobs say it in their job_options: { "options": "phone" }
    phone: {
      description: 'H.264 of 360 lines, for phones',
      options: [
        {
          outfile_options: [
            ['vcodec', 'libx264'],
            ['vf', 'scale=-2:360'],
            ['crf', '26'],
            ['acodec', 'aac'],
            ['f', 'mp4'],
          ],
          move_atom_to_front: true,
        },
      ],
    },
  },
  // NOMMERS: { UpperCaseNommer: './upper-case-nommer.ts' },
  // STORAGE_BACKENDS: { ftp: './ftp-backend.ts' },

  // AWS: with BACKEND 'aws'. Leave keys out and let a role, a profile or SSO give them.
  // AWS_REGION: 'eu-central-1',
  // CONFIG_S3_BUCKET: 'my-nommer-config',
  // EC2_AMI_ID: 'ami-…',
  // EC2_INSTANCE_TYPES: ['c7i.xlarge', 'c6i.xlarge'],
  // EC2_MARKET: 'spot-then-on-demand',
});
