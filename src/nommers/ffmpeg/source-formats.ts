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

/** Containers whose header declares a duration that can be relied on, by FFmpeg's name for them. */
export const FORMATS_DECLARING_DURATION: ReadonlySet<string> = new Set(
  ['mov', 'matroska', 'avi', 'flv', 'asf', 'mxf', 'gxf', 'nut', 'wav', 'w64', 'aiff'].concat([
    'caf',
    'flac',
    'ivf',
  ]),
);

/** Muxers and extensions of what no demuxer recognises; such an output cannot be probed. */
export const UNPROBED_MUXERS =
  /^(?:rawvideo|yuv|rgb|pcm|[suf](?:8|16|24|32|64)(?:le|be)?|alaw|mulaw|frame(?:md5|hash|crc)|streamhash|hash|md5|crc|uncodedframecrc|data|chromaprint|ttml|g722|gsm|codec2raw|sbc|aptx(?:_hd)?)$/;
