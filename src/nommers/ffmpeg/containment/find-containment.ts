import type { ContainmentLevel } from '../../../core/containment-levels.ts';
import { findProgram } from '../find-program.ts';
import { wrapInBubblewrap } from './bubblewrap.ts';
import type { Command, Containment } from './containment.ts';
import { maxProcesses, prlimitArgs, type FFmpegLimits } from './limits.ts';
import { namespaceOfProcesses, wrapInNamespaces } from './namespaces.ts';
import { tryOut, tryOutPrograms } from './try-out.ts';
import { findVisiblePaths } from './visible-paths.ts';

/** Absolute paths. */
export interface FFmpegFiles {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

/** A tool of the machine as a prefix of a command, or why it cannot be used. */
type Prefix = { readonly words: readonly string[] } | { readonly why: string };

const ROOT =
  'nommerd runs as root, whose processes Linux does not count: FFmpeg may start any number';
const STARTING =
  'FFmpeg that is just being started may outlive a nommerd that is killed: the kernel lets no namespace of processes end with it';
const OPEN = [
  'FFmpeg has a network, and may read and write what nommerd may',
  'what FFmpeg has started and sent out of its group may go on after it',
];

/**
 * Finds out what this machine has to contain FFmpeg with, best first: bubblewrap, the namespaces of
 * util-linux, limits alone. Each is tried with the FFmpeg in hand.
 */
export async function findContainment(
  files: FFmpegFiles,
  limits: FFmpegLimits,
): Promise<Containment> {
  const isRoot = process.getuid?.() === 0;
  const [following, ending, limiting, bwrap, unshare] = await Promise.all([
    findPrefix('setpriv', [
      ...['--pdeathsig', 'KILL', '--no-new-privs', '--'],
      ...unlessOrphaned(),
    ]),
    findPrefix('unshare', [...namespaceOfProcesses(isRoot), '--', ...unlessAlone()]),
    findPrefix('prlimit', [...prlimitArgs(limits, maxProcesses(!isRoot)), '--']),
    findProgram('bwrap'),
    findProgram('unshare'),
  ]);
  const tools = [following, limiting].flatMap((prefix) => wordsOf(prefix).slice(0, 1));
  const visible = await findVisiblePaths([files.ffmpeg, files.ffprobe, ...tools]);
  const parts = { visible, limiting: wordsOf(limiting) };
  const lacking = [
    ...('why' in limiting ? [`FFmpeg has no limits: ${limiting.why}`] : []),
    ...(isRoot ? [ROOT] : []),
  ];

  const refusals: string[] = [];
  const attempt = async (
    level: ContainmentLevel,
    wrap: Containment['wrap'],
  ): Promise<Containment | undefined> => {
    const failure = await tryOutPrograms({ wrap }, files);
    if (failure !== undefined) refusals.push(`no ${level}: ${failure}`);
    const signalsByExitCode = level === 'bubblewrap';
    return failure === undefined ? { level, lacking, signalsByExitCode, wrap } : undefined;
  };

  if (bwrap === undefined) refusals.push('no bubblewrap: there is no bwrap in PATH');
  const bubblewrap = (words: readonly string[]) =>
    bwrap === undefined
      ? undefined
      : attempt('bubblewrap', (contained) =>
          wrapInBubblewrap({ ...parts, bwrap, following: words }, contained),
        );
  const words = wordsOf(following);
  if ('words' in ending) {
    const whole = await bubblewrap([...words, ...ending.words]);
    if (whole) return whole;
  }
  // bwrap looks into a /proc that does not have the processes of that namespace, and may find nothing there.
  const most = await bubblewrap(words);
  if (most) return { ...most, lacking: [...lacking, STARTING] };
  const [setpriv] = wordsOf(following);
  const inNamespaces =
    unshare === undefined || setpriv === undefined
      ? void refusals.push('no namespaces: there are no unshare and setpriv to be used')
      : await attempt('namespaces', (contained) =>
          wrapInNamespaces({ ...parts, unshare, setpriv, isRoot }, contained),
        );
  if (inNamespaces) return inNamespaces;

  const limitingUser = await findPrefix('prlimit', [
    ...prlimitArgs(limits, maxProcesses(false)),
    '--',
  ]);
  const prefix = [...wordsOf(following), ...wordsOf(limitingUser)];
  return {
    level: 'why' in limitingUser ? 'none' : 'limits',
    lacking: [
      ...('why' in following ? [`FFmpeg goes on when nommerd is killed: ${following.why}`] : []),
      ...lacking,
      ...OPEN,
      ...refusals,
    ],
    signalsByExitCode: false,
    wrap: ({ program, args }): Command => {
      const [first, ...rest] = [...prefix, program];
      return [first, [...rest, ...args]];
    },
  };
}

/** Who was killed before setpriv could ask to be told so is not noticed but by this. */
function unlessOrphaned(): readonly string[] {
  return ['/bin/sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"', String(process.pid)];
}

/** The same inside, where unshare may have been killed before its child was told to end with it. */
function unlessAlone(): readonly string[] {
  const isAlive =
    'read -r stat < "/proc/$0/stat" || exit 1; case $stat in *") Z "*) exit 1 ;; esac';
  return ['/bin/sh', '-c', `${isAlive}; exec "$@"`, String(process.pid)];
}

function wordsOf(prefix: Prefix): readonly string[] {
  return 'words' in prefix ? prefix.words : [];
}

/** Tries whether `args` is what this tool takes and may do here. */
async function findPrefix(name: string, args: readonly string[]): Promise<Prefix> {
  const program = await findProgram(name);
  if (program === undefined) return { why: `there is no ${name} in PATH` };
  const failure = await tryOut([program, [...args, 'true']]);
  return failure === undefined
    ? { words: [program, ...args] }
    : { why: `${name} fails: ${failure}` };
}
