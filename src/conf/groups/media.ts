import { CONTAINMENT_LEVELS } from '../../core/containment-levels.ts';
import { modules, oneOf, program, seconds, wholeNumber } from '../kinds.ts';
import { presets } from '../presets-kind.ts';
import { BUILT_IN_PRESETS } from '../presets.ts';
import { optionalSetting, setting } from '../setting.ts';
import { storageBackends } from '../storage-backends.ts';

const bytes = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** Getting media, encoding it, storing it. */
export const MEDIA_SETTINGS = {
  STORAGE_BACKENDS: setting('storageBackends', storageBackends, {
    default: {},
    about:
      'Storage backends of your own: `{ scheme: module }`. s3, http, https, file are built in.',
  }),
  STORAGE_MAX_SOURCE_BYTES: setting('maxSourceBytes', bytes, {
    default: 2 ** 40,
    about: 'Bytes that a source may have.',
  }),
  STORAGE_HTTP_STALL_SECONDS: setting('httpStallSeconds', seconds, {
    default: 30,
    about: 'Seconds without a byte after which a download over HTTP is given up.',
  }),
  NOMMERS: setting('nommers', modules, {
    default: {},
    about: 'Nommers of your own: `{ name: module }`. FFmpegNommer is built in.',
  }),
  PRESETS: setting('presets', presets, {
    derive: () => BUILT_IN_PRESETS,
    defaultText: 'the built-in ones',
    about: 'Presets of your own: `{ name: { description, options } }`, over the built-in ones.',
  }),
  FFMPEG_PATH: optionalSetting('ffmpegPath', program, {
    about: 'FFmpeg to run. None: the one in PATH.',
  }),
  FFPROBE_PATH: optionalSetting('ffprobePath', program, {
    about: 'ffprobe to run. None: the one in PATH.',
  }),
  FFMPEG_STALL_SECONDS: setting('ffmpegStallSeconds', seconds, {
    default: 300,
    about: 'Seconds without progress after which FFmpeg is killed and the try counts as failed.',
  }),
  FFMPEG_MAX_SECONDS: setting('ffmpegMaxSeconds', seconds, {
    default: 86_400,
    about: 'Seconds that one attempt to encode may take. Then FFmpeg is killed and the job fails.',
  }),
  FFMPEG_MAX_MEMORY_BYTES: optionalSetting('ffmpegMaxMemoryBytes', bytes, {
    about: "Bytes of memory that FFmpeg may take. None: three quarters of the machine's.",
  }),
  FFMPEG_MAX_OUTPUT_BYTES: setting('ffmpegMaxOutputBytes', bytes, {
    default: 2 ** 40,
    about: 'Bytes that an output may have, with all else that FFmpeg writes for the job.',
  }),
  FFMPEG_CONTAINMENT: setting('ffmpegContainment', oneOf(...CONTAINMENT_LEVELS), {
    default: 'none',
    about:
      'How well FFmpeg must be kept away from all else for a node to start: `none`, `limits`, ' +
      '`namespaces` or `bubblewrap`. The best that the machine has is used anyway: see docs/security.md.',
  }),
};
