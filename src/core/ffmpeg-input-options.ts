/**
 * What a job may set for its input. Demuxers and decoders have options that make them open other files
 * (`enable_drefs`, `use_absolute_path`, …), so only these are taken.
 */
export const INPUT_OPTIONS: ReadonlySet<string> = new Set(
  [
    'ss t to sseof itsoffset itsscale r f s re readrate readrate_initial_burst readrate_catchup',
    'stream_loop analyzeduration probesize fpsprobesize formatprobesize max_probe_packets fflags',
    'err_detect ec strict accurate_seek seek_timestamp find_stream_info autorotate apply_cropping',
    'framerate video_size pixel_format pix_fmt sample_rate ar channels ac sample_fmt ch_layout',
    'channel_layout guess_layout_max c codec vcodec acodec scodec vn an sn dn threads thread_type',
    'hwaccel thread_queue_size discard skip_frame skip_loop_filter skip_idct lowres flags flags2 idct',
    'ignore_editlist advanced_editlist ignore_chapters seek2any loop ignore_loop min_delay',
    'use_wallclock_as_timestamps correct_ts_overflow scan_all_pmts sub_charenc fix_sub_duration',
    'canvas_size display_rotation display_hflip display_vflip drc_scale downmix xerror max_delay',
    // Of 2010 to 2012; translated on the node.
    'deinterlace vol croptop cropbottom cropleft cropright padtop padbottom padleft padright padcolor',
    'loop_input isync',
    // FFmpegNommer's own; left out on the node.
    'y n nostdin hide_banner loglevel v stats nostats',
  ].flatMap((line) => line.split(' ')),
);
