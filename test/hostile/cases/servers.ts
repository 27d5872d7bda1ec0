import { failed, THE_CLIP, type HostileCase, type Told } from '../hostile-case.ts';

function served(name: string, tries: string, path: string, told: Told): HostileCase {
  return { name, tries, make: ({ server }) => ({ source_path: `${server.url}${path}` }), told };
}

const STALLED = failed('SOURCE_UNREACHABLE', /stalled: hardly a byte moved for 5 s/);

export const SERVERS: readonly HostileCase[] = [
  served('a server that says nothing', 'keep the node waiting for ever', '/silent.mp4', STALLED),
  served('a server that stops', 'keep the node waiting for ever', '/stalls.mp4', STALLED),
  served('a server that drips', 'keep the node waiting for ever', '/drips.mp4', STALLED),
  served(
    'a server that promises more',
    'pass a part off as the whole',
    '/promises-more.mp4',
    failed('SOURCE_INCOMPLETE', /ended too early/),
  ),
  served(
    'a server that sends more',
    'answer the next request beforehand',
    '/sends-more.mp4',
    THE_CLIP,
  ),
  served(
    'a body without an end',
    'fill the disk',
    '/endless.mp4',
    failed('SOURCE_TOO_LARGE', /the limit is 30000000 bytes/),
  ),
  served(
    'a length of petabytes',
    'reserve the disk',
    '/boasts.mp4',
    failed('SOURCE_TOO_LARGE', /the limit is 30000000 bytes/),
  ),
  served(
    'a negative length',
    'count backwards',
    '/negative.mp4',
    failed('SOURCE_UNREACHABLE', /Invalid character in Content-Length/),
  ),
  served(
    'two lengths',
    'be read in two ways',
    '/two-lengths.mp4',
    failed('SOURCE_UNREACHABLE', /Response body length does not match content-length header/),
  ),
  served(
    'no HTTP',
    'have another protocol read as HTTP',
    '/no-http.mp4',
    failed('SOURCE_UNREACHABLE', /does not match the HTTP\/1\.1 protocol/),
  ),
  served(
    'headers of 100 KB',
    'fill the memory',
    '/headers.mp4',
    failed('SOURCE_UNREACHABLE', /Headers Overflow Error/),
  ),
  served(
    'headers without an end',
    'fill the memory',
    '/endless-headers.mp4',
    failed('SOURCE_UNREACHABLE', /Headers Overflow Error/),
  ),
  served(
    'a gzip bomb',
    'have 50 MB unpacked',
    '/gzip.mp4',
    failed('SOURCE_NOT_MEDIA', /FFmpeg finds no media in the source/),
  ),
  served(
    'a range that nobody asked for',
    'pass a part off as the whole',
    '/range.mp4',
    failed('SOURCE_UNREACHABLE', /answered with HTTP status 206/),
  ),
  served(
    'a page instead of media',
    'have a page shown',
    '/page.mp4',
    failed('SOURCE_NOT_MEDIA', /FFmpeg finds no media in the source/),
  ),
  served(
    'a refusal with words',
    'have what a server inside says shown',
    '/secret-words.mp4',
    failed('SOURCE_FORBIDDEN', /answered with HTTP status 403$/),
  ),
];
