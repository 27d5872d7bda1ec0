/**
 * The filters of FFmpeg 5 to 9 that open no file, URL, device or library, whatever their parameters; and,
 * where parameters do, which ones. A filter that is not listed is not known to be harmless.
 */
export const HARMLESS_FILTERS: ReadonlySet<string> = new Set(
  [
    'a3dscope abench abitscope acompressor acontrast acopy acrossfade acrossover acrusher acue',
    'addroi adeclick adeclip adecorrelate adelay adenorm aderivative adrawgraph adrc',
    'adynamicequalizer adynamicsmooth aecho aemphasis aeval aevalsrc aexciter afade afftdn',
    'afftfilt afir afirsrc aformat afreqshift afwtdn agate agraphmonitor ahistogram aiir',
    'aintegral ainterleave alatency alimiter allpass allrgb allyuv aloop alphaextract alphamerge',
    'amerge amix amplify amultiply anequalizer anlmdn anlmf anlms anoisesrc anull anullsink',
    'anullsrc apad aperms aphasemeter aphaser aphaseshift apsnr apsyclip apulsator aresample',
    'areverse asdr asegment aselect asetnsamples asetpts asetrate asettb ashowinfo asidedata',
    'asisdr asoftclip aspectralstats asplit astats astreamselect asubboost asubcut asupercut',
    'asuperpass asuperstop atadenoise atempo atilt atrim avectorscope avgblur axcorrelate',
    'backgroundkey bandpass bandreject bass bbox bench bilateral biquad bitplanenoise blackdetect',
    'blackframe blend blockdetect blurdetect bm3d boxblur bs2b bwdif cas ccrepack channelmap',
    'channelsplit chorus chromahold chromakey chromanr chromashift ciescope codecview color',
    'colorbalance colorchannelmixer colorchart colorcontrast colorcorrect colordetect colorhold',
    'colorize colorkey colorlevels colormap colormatrix colorspace colorspectrum colortemperature',
    'compand compensationdelay concat convolution convolve copy corr crop cropdetect crossfeed',
    'crystalizer cue curves datascope dblur dcshift dctdnoiz deband deblock decimate deconvolve',
    'dedot deesser deflate deflicker dejudder delogo deshake despill detelecine dialoguenhance',
    'dilation displace doubleweave drawbox drawgraph drawgrid drawtext drmeter dynaudnorm earwax',
    'ebur128 edgedetect elbg entropy epx eq equalizer erosion estdif exposure extractplanes',
    'extrastereo fade feedback fftdnoiz fftfilt field fieldmatch fieldorder fillborders',
    'firequalizer flanger floodfill format fps framepack framerate framestep freezedetect',
    'freezeframes fspp gblur geq gradfun gradients graphmonitor grayworld greyedge guided haas',
    'haldclut hdcd headphone hflip highpass highshelf hilbert histeq histogram hqdn3d hqx hstack',
    'hsvhold hsvkey hue huesaturation hysteresis identity idet il inflate interlace interleave',
    'join kerndeint kirsch lagfun latency lenscorrection limitdiff limiter loop loudnorm lowpass',
    'lowshelf lumakey lut lut2 lutrgb lutyuv mandelbrot maskedclamp maskedmax maskedmerge',
    'maskedmin maskedthreshold maskfun mcompand median mergeplanes mestimate midequalizer',
    'minterpolate mix monochrome morpho mpdecimate mptestsrc msad multiply negate nlmeans',
    'noformat noise normalize null nullsink nullsrc oscilloscope overlay owdenoise pad pal100bars',
    'pal75bars palettegen paletteuse pan perlin perms perspective phase photosensitivity',
    'pixdesctest pixelize pixscope pp pp7 premultiply prewitt pseudocolor pullup qp random',
    'readeia608 readvitc remap removegrain repeatfields replaygain reverse rgbashift rgbtestsrc',
    'roberts rotate rubberband sab scale scale2ref scdet scharr scroll segment select',
    'selectivecolor separatefields setdar setfield setparams setpts setrange setsar settb shear',
    'showcqt showfreqs showinfo showpalette showspatial showspectrum showspectrumpic showvolume',
    'showwaves showwavespic shuffleframes shufflepixels shuffleplanes sidechaincompress',
    'sidechaingate sidedata sierpinski signalstats silencedetect silenceremove sinc sine siti',
    'smartblur smptebars smptehdbars sobel spectrumsynth speechnorm split spp stereo3d',
    'stereotools stereowiden streamselect super2xsai superequalizer surround swaprect swapuv',
    'tblend telecine testsrc testsrc2 thistogram threshold thumbnail tile tiltandshift tiltshelf',
    'tinterlace tlut2 tmedian tmidequalizer tmix tonemap tpad transpose treble tremolo trim',
    'unpremultiply unsharp untile v360 vaguedenoiser varblur vectorscope vflip vfrdet vibrance',
    'vibrato vif vignette virtualbass volume volumedetect vstack w3fdif waveform weave xbr',
    'xcorrelate xfade xmedian xstack yadif yaepblur yuvtestsrc zoneplate zoompan zscale',
  ].flatMap((line) => line.split(' ')),
);

/** Parameters that open a file, and how many may come without a name before one of them could be meant. */
export const FILE_PARAMETERS: ReadonlyMap<
  string,
  { readonly named: readonly string[]; readonly unnamed: number }
> = new Map([
  ['curves', { named: ['psfile', 'plot'], unnamed: 1 }],
  ['deshake', { named: ['filename'], unnamed: 10 }],
  ['drawtext', { named: ['fontfile', 'textfile'], unnamed: 0 }],
  ['firequalizer', { named: ['dumpfile'], unnamed: 2 }],
  ['loudnorm', { named: ['stats_file'], unnamed: 3 }],
  ['paletteuse', { named: ['debug_kdtree'], unnamed: 4 }],
  ['selectivecolor', { named: ['psfile'], unnamed: 1 }],
  ['showcqt', { named: ['fontfile', 'axisfile'], unnamed: 0 }],
]);

/** The bitstream filters of FFmpeg 5 to 8; none of them opens anything. */
export const HARMLESS_PACKET_FILTERS: ReadonlySet<string> = new Set(
  [
    'aac_adtstoasc ahx_to_mp2 apv_metadata av1_frame_merge av1_frame_split av1_metadata chomp',
    'dca_core dovi_rpu dovi_split dts2pts dump_extra dv_error_marker eac3_core eia608_to_smpte436m',
    'evc_frame_merge extract_extradata filter_units h264_metadata h264_mp4toannexb',
    'h264_redundant_pps hapqa_extract hevc_metadata hevc_mp4toannexb imxdump lcevc_metadata',
    'media100_to_mjpegb mjpeg2jpeg mjpegadump mov2textsub mp3decomp mpeg2_metadata',
    'mpeg4_unpack_bframes noise null opus_metadata pcm_rechunk pgs_frame_merge prores_metadata',
    'remove_extra setts showinfo smpte436m_to_eia608 text2movsub trace_headers truehd_core',
    'vp9_metadata vp9_raw_reorder vp9_superframe vp9_superframe_split vvc_metadata vvc_mp4toannexb',
  ].flatMap((line) => line.split(' ')),
);
