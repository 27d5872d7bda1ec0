/**
 * FFmpeg's own options (those its `-h long` lists, of 2010 to today) that a job may set, by whether they
 * take a value. This must be known: a flag that is given a value would make FFmpeg take the value for
 * an output file, and a valued option without one would swallow the name that follows it. Options of
 * codecs, muxers and demuxers are not listed here; they always take a value.
 */
export const FLAG_OPTIONS: ReadonlySet<string> = new Set(
  ['an', 'vn', 'sn', 'dn', 'shortest', 'copyts', 'start_at_zero', 'copyinkf', 'bitexact'].concat(
    ['re', 'xerror', 'accurate_seek', 'find_stream_info', 'autorotate'],
    ['autoscale', 'auto_conversion_filters', 'force_fps', 'fix_sub_duration', 'ignore_unknown'],
    ['fix_sub_duration_heartbeat', 'display_hflip', 'display_vflip', 'copy_unknown'],
    ['recast_media', 'debug_ts', 'psnr', 'qphist'],
    // Of 2010 to 2012; translated on the node.
    ['deinterlace', 'sameq', 'same_quant', 'intra', 'isync', 'loop_input'],
    ['newaudio', 'newvideo', 'newsubtitle'],
    // What FFmpegNommer sets itself, and people paste; left out on the node.
    ['y', 'n', 'nostdin', 'hide_banner', 'stats', 'nostats'],
  ),
);

export const VALUED_OPTIONS: ReadonlySet<string> = new Set(
  [
    'loglevel',
    'v',
    'f',
    'c',
    'codec',
    'pre',
    't',
    'to',
    'ss',
    'sseof',
    'fs',
    'timestamp',
    'metadata',
    'map',
  ].concat(
    ['map_metadata', 'map_chapters', 'map_channel', 'program', 'stream_group', 'target', 'apad'],
    ['frames', 'vframes', 'aframes', 'dframes', 'filter', 'vf', 'af', 'filter_complex', 'lavfi'],
    ['filter_threads', 'filter_complex_threads', 'reinit_filter', 'discard', 'disposition'],
    ['itsoffset', 'itsscale', 'readrate', 'readrate_initial_burst', 'readrate_catchup'],
    ['streamid', 'tag', 'vtag', 'atag', 'stag', 'q', 'qscale', 'aq', 'profile', 'stream_loop'],
    ['thread_queue_size', 'bits_per_raw_sample', 'muxdelay', 'muxpreload', 'time_base'],
    ['enc_time_base', 'bsf', 'vbsf', 'absf', 'max_muxing_queue_size', 'vcodec', 'acodec', 'scodec'],
    ['muxing_queue_data_threshold', 'dcodec', 'r', 'fpsmax', 's', 'aspect', 'timecode', 'pass'],
    ['ab', 'b', 'rc_override', 'intra_matrix', 'inter_matrix', 'chroma_intra_matrix', 'top'],
    [
      'pix_fmt',
      'fps_mode',
      'vsync',
      'async',
      'adrift_threshold',
      'frame_drop_threshold',
      'drop_changed',
    ],
    ['force_key_frames', 'hwaccel', 'hwaccel_device', 'hwaccel_output_format', 'vpre', 'apre'],
    ['ar', 'ac', 'sample_fmt', 'channel_layout', 'ch_layout', 'guess_layout_max', 'canvas_size'],
    ['copypriorss', 'copytb', 'dts_delta_threshold', 'dts_error_threshold', 'abort_on', 'vol'],
    ['max_error_rate', 'timelimit', 'seek_timestamp', 'display_rotation', 'apply_cropping'],
  ),
);

/** Flags that are set unless `no` is put in front. */
export const FLAGS_ON_BY_DEFAULT: ReadonlySet<string> = new Set([
  'autorotate',
  'accurate_seek',
  'autoscale',
  'auto_conversion_filters',
  'find_stream_info',
]);

/** Options that FFmpegNommer sets itself; harmless, so that a pasted command line need not be cleaned. */
export const PASTED_OPTIONS: readonly string[] = [
  'y',
  'n',
  'nostdin',
  'hide_banner',
  'loglevel',
].concat(['v', 'stats', 'nostats']);

/**
 * Options of a whole file. FFmpeg would ignore a stream specifier behind their names, and whatever looks for
 * them by name would miss them.
 */
export const WHOLE_OPTIONS: readonly string[] = [
  ...PASTED_OPTIONS,
  'f',
  'stream_loop',
  'isync',
  'loop_input',
];

/** Options that end an output. */
export const ENDING_OPTIONS: readonly string[] = [
  't',
  'to',
  'fs',
  'frames',
  'vframes',
  'aframes',
].concat(['frames:v', 'frames:a', 'shortest']);
