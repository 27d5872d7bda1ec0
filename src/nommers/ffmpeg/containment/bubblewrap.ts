import type { Command, Contained } from './containment.ts';
import type { VisiblePath } from './visible-paths.ts';

export interface BubblewrapParts {
  /** Absolute path of bwrap. */
  readonly bwrap: string;
  readonly visible: readonly VisiblePath[];
  /**
   * Put before bwrap, so that it dies with this process from its first moment on, and its child, which it
   * takes a while to prepare, with it.
   */
  readonly following: readonly string[];
  /** Put before the program, inside. */
  readonly limiting: readonly string[];
}

/** Contained programs find no more room than this for files that are not in their directory. */
const TMP_BYTES = 64 * 2 ** 20;

/**
 * A view of the machine of the child's own: no network, no processes of others, no file but those named,
 * and none to write but in its directory. The namespace of cgroups is left as it is: without /proc,
 * which is not there, it shows nothing.
 */
export function wrapInBubblewrap(
  { bwrap, visible, following, limiting }: BubblewrapParts,
  { program, args, workDir, sources }: Contained,
): Command {
  const [first, ...rest] = [...following, bwrap];
  return [
    first,
    [
      ...rest,
      ...['--unshare-user-try', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts'],
      // Without --new-session: the child is started in a session of its own, and ended with its group.
      ...['--die-with-parent', '--cap-drop', 'ALL'],
      ...['--size', String(TMP_BYTES), '--tmpfs', '/tmp'],
      ...visible.flatMap(asBind),
      ...['--bind', workDir, workDir],
      ...sources.flatMap((source) => ['--ro-bind', source, source]),
      ...['--chdir', workDir, '--remount-ro', '/', '--'],
      ...limiting,
      program,
      ...args,
    ],
  ];
}

function asBind({ path, link, isDevice }: VisiblePath): readonly string[] {
  if (link !== null) return ['--symlink', link, path];
  return [isDevice ? '--dev-bind' : '--ro-bind', path, path];
}
