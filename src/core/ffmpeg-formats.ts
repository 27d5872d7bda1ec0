/**
 * The demuxers that a source (and an output, when probed) may go through: real containers, elementary
 * streams, images and subtitles. Left out is whatever opens further files or URLs (concat, hls, dash,
 * imf, sdp, vobsub, …), makes pictures of text (tty, …), runs a script, or reads a device. `image2` takes
 * patterns in file names, and is safe because the name is always ours.
 */
export const SOURCE_FORMATS: readonly string[] = [
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,asf_o,flv,live_flv,mpegts,mpeg,mxf,mxf_opatom',
  'ogg,nut,gxf,wtv,rm,ivr,nsv,nuv,dv,lmlm4,r3d,mtv,film_cpk,roq,smk,bink,4xm,thp,vmd,wc3movie',
  'ipmovie,ea,cdxl,filmstrip,mv,mm,swf,yop,ivf,obu,av1,h264,hevc,vvc,h263,h261,m4v,mpegvideo,mjpeg',
  'cavsvideo,avs2,avs3,dirac,dnxhd,vc1,vc1test,ingenient,yuv4mpegpipe,rawvideo,mpjpeg',
  'wav,w64,aiff,au,caf,flac,mp3,aac,ac3,ac4,eac3,dts,dtshd,truehd,mlp,tta,tak,ape,wv,mpc,mpc8,shn',
  'amr,amrnb,amrwb,gsm,g722,g723_1,g726,g726le,g729,ilbc,loas,latm,oma,dsf,iff,voc,sox,adx,aea,qcp',
  'aptx,aptx_hd,codec2,sbc,spdif,osq,alaw,mulaw,s8,u8,s16be,s16le,s24be,s24le,s32be,s32le,f32be',
  'f32le,f64be,f64le',
  'image2,gif,apng,webp,webp_pipe,png_pipe,jpeg_pipe,jpegls_pipe,jpegxl_pipe,jpegxl_anim,j2k_pipe',
  'bmp_pipe,tiff_pipe,dpx_pipe,exr_pipe,psd_pipe,qoi_pipe,sgi_pipe,sunrast_pipe,pam_pipe,pbm_pipe',
  'pgm_pipe,pgmyuv_pipe,ppm_pipe,pfm_pipe,phm_pipe,pcx_pipe,dds_pipe,hdr_pipe,cri_pipe,gem_pipe',
  'pictor_pipe,photocd_pipe,xbm_pipe,xpm_pipe,xwd_pipe,vbn_pipe,fits,ico',
  'srt,ass,webvtt,sami,subviewer,subviewer1,microdvd,mpl2,mpsub,jacosub,stl,scc,lrc,sup,dvbsub',
].flatMap((line) => line.split(','));

/**
 * Muxers that write one file and nothing else. Left out is whatever makes playlists and segments, writes
 * to the network or to a device, or wraps another muxer.
 */
export const SINGLE_FILE_MUXERS: ReadonlySet<string> = new Set(
  [
    '3g2 3gp a64 ac3 ac4 adts adx aiff alaw alp amr amv apm apng aptx aptx_hd asf asf_stream ass',
    'ast au avi avif avs2 avs3 bit caf cavsvideo chromaprint codec2 codec2raw crc data daud dfpwm',
    'dirac dnxhd dts dv dvd eac3 evc f32be f32le f4v f64be f64le film_cpk filmstrip fits flac flv',
    'framecrc framehash framemd5 g722 g723_1 g726 g726le gif gsm gxf h261 h263 h264 hash hevc',
    'iamf ico ilbc ipod ircam ismv ivf jacosub kvag latm lc3 lrc m4v matroska md5 microdvd mjpeg',
    'mlp mmf mov mp2 mp3 mp4 mpeg mpeg1video mpeg2video mpegts mpjpeg mulaw mxf mxf_d10',
    'mxf_opatom null nut obu oga ogg ogv oma opus psp rawvideo rm roq rso s16be s16le s24be s24le',
    's32be s32le s8 sbc scc smjpeg sox spdif spx srt streamhash sup svcd swf truehd tta ttml',
    'u16be u16le u24be u24le u32be u32le u8 uncodedframecrc vc1 vc1test vcd vidc vob voc vvc w64',
    'wav webm webp webvtt wsaud wtv wv yuv4mpegpipe',
  ].flatMap((line) => line.split(' ')),
);

/** Muxers of pictures, whose files have numbers; good for an output, not for writing to nowhere. */
export const PICTURE_MUXERS: ReadonlySet<string> = new Set(['image2', 'image2pipe']);

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['adts', 'aac'],
  ['image2', 'jpg'],
  ['image2pipe', 'jpg'],
  ['ipod', 'm4a'],
  ['ismv', 'mp4'],
  ['matroska', 'mkv'],
  ['mjpeg', 'jpg'],
  ['mpegts', 'ts'],
  ['oga', 'ogg'],
  ['webvtt', 'vtt'],
]);

/** What a muxer's files are called: `mkv` for matroska. */
export function extensionOfMuxer(muxer: string): string {
  return EXTENSIONS.get(muxer) ?? muxer;
}
