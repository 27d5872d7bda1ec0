import { readlinkSync } from 'node:fs';
import type { Command, Contained } from './containment.ts';
import type { VisiblePath } from './visible-paths.ts';

export interface NamespacesParts {
  /** Absolute paths. */
  readonly unshare: string;
  readonly setpriv: string;
  readonly visible: readonly VisiblePath[];
  /** Put before the program, inside. */
  readonly limiting: readonly string[];
  /** Whether this process is root, who needs no user namespace for the others. */
  readonly isRoot: boolean;
}

/**
 * Builds the child's view of the machine below /sys, which is not seen any more by then, and goes there
 * for good. A file is made for what is no folder, so that it can be bound there. What is mounted within a
 * folder comes with it, and is sealed with it. Takes the namespace of
 * mounts that it must not be in (as root it would change the machine), the working directory, then
 * `link PATH TARGET`, `folder PATH`, `device PATH`, `file PATH` or `rest`, behind which the command stands.
 */
const ENTER = `
set -eu
[ "$(readlink /proc/self/ns/mnt)" != "$1" ] || { echo 'this is no namespace of its own' >&2; exit 1; }
work=$2 root=/sys
shift 2
bind() { mount --rbind "$1" "$root$1"; }
seal() {
  mount -o "remount,bind,ro$2" "$root$1"
  while read -r _ _ _ _ at _; do
    case $at in "$root$1"/*) mount -o "remount,bind,ro$2" "$at" ;; esac
  done <<END
$(cat /proc/self/mountinfo)
END
}
place() { mkdir -p "$root\${1%/*}"; : > "$root$1"; bind "$1"; }
mount -t tmpfs -o mode=755,size=1m tmpfs "$root"
mkdir "$root/tmp"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/tmp"
while [ "$1" != rest ]; do
  case $1 in
    link) mkdir -p "$root\${2%/*}"; ln -s "$3" "$root$2"; shift ;;
    folder) mkdir -p "$root$2"; bind "$2"; seal "$2" ,nosuid,nodev ;;
    device) place "$2" ;;
    file) place "$2"; seal "$2" ,nosuid,nodev ;;
  esac
  shift 2
done
shift
mkdir -p "$root$work"
bind "$work"
mount -o remount,bind,ro "$root"
exec chroot "$root" env -C "$work" "$@"
`;

/** What makes `unshare` start a process with whose end all that it has started ends, too. */
export function namespaceOfProcesses(isRoot: boolean): readonly string[] {
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  return [...user, '--pid', '--fork', '--kill-child=KILL'];
}

/**
 * What bubblewrap does, by the programs of util-linux: no network, no processes of others, no file but
 * those named, and none to write but in the child's directory.
 */
export function wrapInNamespaces(
  { unshare, setpriv, visible, limiting, isRoot }: NamespacesParts,
  { program, args, workDir, sources }: Contained,
): Command {
  return [
    setpriv,
    [
      ...['--pdeathsig', 'KILL', '--', unshare, ...namespaceOfProcesses(isRoot)],
      ...['--mount', '--net', '--ipc', '--uts', '--'],
      ...['sh', '-c', ENTER, 'sh', readlinkSync('/proc/self/ns/mnt'), workDir],
      ...visible.flatMap(asWords),
      ...sources.flatMap((source) => ['file', source]),
      ...['rest', setpriv, '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', '--'],
      ...limiting,
      program,
      ...args,
    ],
  ];
}

function asWords({ path, link, isDirectory, isDevice }: VisiblePath): readonly string[] {
  if (link !== null) return ['link', path, link];
  if (isDevice) return ['device', path];
  return [isDirectory ? 'folder' : 'file', path];
}
