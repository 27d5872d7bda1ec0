import type { Ground } from '../ground.ts';
import {
  failed,
  finished,
  PASSWORD,
  refused,
  type HostileCase,
  type Submission,
  type Told,
} from '../hostile-case.ts';

const FORBIDDEN = /is neither public nor in HTTP_ALLOWED_NETWORKS/;
const AT_SUBMIT = refused('ADDRESS_FORBIDDEN', FORBIDDEN);
const AT_RUN = failed('ADDRESS_FORBIDDEN', FORBIDDEN);

/** @param host in the notation in question */
function host(name: string, notation: string, told: Told = AT_SUBMIT): HostileCase {
  const make = ({ listeners }: Ground) => ({
    source_path: `http://${notation}:${listeners.port}/a.mp4`,
  });
  return { name, tries: `reach this machine as ${notation}`, make, told };
}

function url(
  name: string,
  tries: string,
  make: (ground: Ground) => Submission,
  told: Told,
): HostileCase {
  return { name, tries, make, told };
}

/** A source of the server that jobs may call. */
function served(name: string, tries: string, path: string, told: Told): HostileCase {
  return { name, tries, make: ({ server }) => ({ source_path: `${server.url}${path}` }), told };
}

export const ADDRESSES: readonly HostileCase[] = [
  host('loopback', '127.0.0.1'),
  host('all of loopback', '127.0.0.2'),
  host('an address of hexadecimal digits', '0x7f000001'),
  host('a decimal address', '2130706433'),
  host('an octal address', '0177.0.0.01'),
  host('a short address', '127.1'),
  host('zero', '0'),
  host('an address in wide digits', '①②⑦.⓪.⓪.①'),
  host('an address with a dot', '127.0.0.1.'),
  host('IPv6 loopback', '[::1]'),
  host('a mapped address', '[::ffff:127.0.0.1]'),
  host('a mapped address in hexadecimal', '[::ffff:7f00:1]'),
  host('an address of NAT64', '[64:ff9b::7f00:1]'),
  host('an address of 6to4', '[2002:7f00:1::]'),
  host('localhost', 'localhost'),
  host('localhost with a dot', 'LOCALHOST.'),
  host('a name under localhost', 'x.localhost'),
  url(
    'the metadata service',
    "get the node's credentials",
    () => ({ source_path: 'http://169.254.169.254/latest/meta-data/' }),
    AT_SUBMIT,
  ),
  url(
    'feederd itself',
    'read all jobs',
    ({ here }) => ({ source_path: `${here.url}/jobs` }),
    AT_SUBMIT,
  ),
  url(
    'an output to an address inside',
    'write to a server inside',
    ({ listeners }) => ({ dest_path: `${listeners.url}/out.mp4` }),
    AT_SUBMIT,
  ),
  url(
    'a notification to an address inside',
    'have a server inside called',
    ({ listeners }) => ({ notify_url: `${listeners.url}/done` }),
    AT_SUBMIT,
  ),
  url(
    'a signed notification to an address inside',
    'have a server inside called',
    ({ listeners }) => ({ notify: { url: `${listeners.url}/done` } }),
    AT_SUBMIT,
  ),
  url(
    'a user part that looks like a host',
    'be taken for another host',
    ({ server, listeners }) => ({ source_path: `${server.url}@127.0.0.1:${listeners.port}/a.mp4` }),
    AT_SUBMIT,
  ),
  url(
    'a backslash in a host',
    'be taken for another host',
    ({ server, listeners }) => ({ source_path: `${listeners.url}\\@${server.url.slice(7)}/a.mp4` }),
    AT_SUBMIT,
  ),
  url(
    'a user part with two ends',
    'have the password shown',
    ({ server }) => ({
      source_path: `${server.url.replace('//', `//me:${PASSWORD}@word@`)}/missing.mp4`,
    }),
    failed('SOURCE_NOT_FOUND', /answered with HTTP status 404/),
  ),
  url(
    'a password',
    'have it shown',
    ({ server }) => ({
      source_path: `${server.url.replace('//', `//me:${PASSWORD}@`)}/missing.mp4`,
    }),
    failed('SOURCE_NOT_FOUND', /answered with HTTP status 404/),
  ),
  url(
    'lines in a URL',
    'smuggle a header into the request',
    ({ server }) => ({ source_path: `${server.url}/clip.mp4?\r\nx-evil: 1\r\n\r\n` }),
    finished(/^h264 160x90, aac$/),
  ),
  url(
    'another scheme',
    'have another client of the system used',
    () => ({ source_path: 'gopher://127.0.0.1/_x' }),
    refused('UNSUPPORTED_SCHEME', /a scheme without a storage backend/),
  ),
  url(
    "FFmpeg's own scheme",
    'have FFmpeg fetch it',
    () => ({ source_path: 'concat:http://127.0.0.1/a|/etc/passwd' }),
    refused('BAD_URI', /has no scheme/),
  ),
  url(
    'a path of this machine',
    'have a path taken for a URI',
    () => ({ source_path: '/etc/passwd' }),
    refused('BAD_URI', /has no scheme/),
  ),

  served(
    'a redirect to the metadata service',
    "get the node's credentials",
    '/to-metadata.mp4',
    AT_RUN,
  ),
  served('a redirect inside', 'reach a server inside', '/to-listener.mp4', AT_RUN),
  served('a redirect to a mapped address', 'reach a server inside', '/to-mapped.mp4', AT_RUN),
  served('a redirect with a password', 'log in somewhere inside', '/to-user.mp4', AT_RUN),
  served(
    'a redirect to a file',
    'read a file of the system',
    '/to-file.mp4',
    failed('SOURCE_UNREACHABLE', /redirects to something that is not http\(s\)/),
  ),
  served(
    'a redirect to gopher',
    'speak to a server inside',
    '/to-gopher.mp4',
    failed('SOURCE_UNREACHABLE', /redirects to something that is not http\(s\)/),
  ),
  served(
    'a redirect for ever',
    'keep the node busy for ever',
    '/round.mp4',
    failed('SOURCE_UNREACHABLE', /redirects too often/),
  ),
];
