import { refused, type HostileCase } from '../hostile-case.ts';
import { FILE, FILTER, OPENS, output, PATH, UNKNOWN } from './option-case.ts';

/** Filters and encoders that open what they are told. */
export const FILTERS: readonly HostileCase[] = [
  output(
    'the filter movie',
    'read any file',
    ({ secrets }) => ({ vf: `movie=${secrets.picture}[a];[in][a]overlay` }),
    FILTER,
  ),
  output(
    'the filter movie in quotes',
    'read any file',
    ({ secrets }) => ({ vf: `mo'vi'e=${secrets.picture}` }),
    FILTER,
  ),
  output(
    'the filter movie behind a label',
    'read any file',
    ({ secrets }) => ({
      filter_complex: `[0:v]null[a\\];movie=x];\\movie@b=${secrets.picture},null`,
    }),
    FILTER,
  ),
  output(
    'subtitles',
    'read any file',
    ({ secrets }) => ({ vf: `subtitles=${secrets.text}` }),
    FILTER,
  ),
  output(
    'drawn text of a file',
    'read any file',
    ({ secrets }) => ({ vf: `drawtext=textfile=${secrets.text}` }),
    OPENS,
  ),
  output(
    'drawn text of a file in escapes',
    'read any file',
    ({ secrets }) => ({ vf: `drawtext=text=a\\\\:b:text'file'=${secrets.text}` }),
    OPENS,
  ),
  output(
    'text drawn by a file without a name',
    'read any file',
    ({ secrets }) => ({ vf: `drawtext=${secrets.text}:text=x` }),
    refused('BAD_OPTION', /with parameters that have no name: one of them opens files/),
  ),
  output(
    'a parameter from a file',
    'read any file',
    ({ secrets }) => ({ vf: `drawtext=/text=${secrets.text}` }),
    OPENS,
  ),
  output(
    'a map of colours',
    'read any file',
    ({ secrets }) => ({ vf: `lut3d=${secrets.text}` }),
    FILTER,
  ),
  output(
    'frame data to a file',
    'write any file',
    { vf: 'metadata=print:file=/tmp/media-nommer-evil' },
    FILTER,
  ),
  output(
    'a filter with a library',
    'load a library',
    { af: 'ladspa=file=/tmp/media-nommer-evil.so' },
    FILTER,
  ),
  output(
    'a filter that listens',
    'open a port',
    { vf: 'zmq=bind_address=tcp\\://127.0.0.1\\:5555' },
    FILTER,
  ),
  output(
    'filters that end early',
    'have them read in two ways',
    { vf: 'null=x]null' },
    refused('BAD_OPTION', /filters that cannot be told apart/),
  ),
  output("an encoder's file", 'read any file', { 'x264-params': 'qpfile=/etc/passwd' }, FILE),
  output(
    "an encoder's log",
    'write any file',
    { x264opts: 'stats=/tmp/media-nommer-evil:pass=1' },
    FILE,
  ),
  output(
    "an encoder's log in escapes",
    'write a file, past the list of parameters',
    { 'x264-params': 'pass=1:st\\ats=evil.log' },
    FILE,
  ),
  output(
    "an encoder's log in quotes",
    'write a file, past the list of parameters',
    { 'x264-params': "pass=1:'stats'=evil.log" },
    FILE,
  ),
  output(
    "an encoder's unheard-of parameter",
    'read any file',
    { 'x265-params': 'unheard-of=/etc/passwd' },
    PATH,
  ),
  output('a preset by its path', 'read any file', { preset: '../../../../etc/passwd' }, PATH),
  output('a preset file', 'read any file', { vpre: '/etc/passwd' }, PATH),
  output(
    'a device to encode with',
    'open a device',
    { hwaccel_device: '/dev/dri/renderD128' },
    PATH,
  ),
  output(
    'a library of an encoder',
    'load a library',
    { 'c:v': 'h264_omx', omx_libname: '/tmp/media-nommer-evil.so' },
    UNKNOWN,
  ),
  output(
    'an unknown bitstream filter',
    'have something unknown run',
    { 'bsf:v': 'unheard_of=x' },
    refused('BAD_OPTION', /the bitstream filter "unheard_of", which is not known to be harmless/),
  ),
];
