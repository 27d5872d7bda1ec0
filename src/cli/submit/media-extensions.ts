/** What is taken for media in a folder: by the ending of its name, in small letters. */
export const MEDIA_EXTENSIONS: ReadonlySet<string> = new Set(
  [
    '3g2 3gp asf avi divx dv f4v flv gxf ismv m2t m2ts m2v m4v mkv mov mp4 mpeg mpg mts mxf nut',
    'ogm ogv r3d rm rmvb ts vob webm wmv wtv y4m',
    'aac ac3 aif aiff amr ape caf dts eac3 flac m4a m4b mka mp2 mp3 oga ogg opus tta w64 wav wma wv',
  ].flatMap((line) => line.split(' ')),
);
