#!/usr/bin/env bash
# Installs media-nommer on a Debian 12 or 13: FFmpeg, the project in /opt/media-nommer with a Node of its
# own, a user and the systemd units. May be run again, to upgrade or for another role: units that the role
# does not have are stopped and removed. Run it as root from the project's tree:
#
#   deploy/ami/provision.sh feederd           # this machine takes jobs
#   deploy/ami/provision.sh nommerd           # this machine of yours encodes
#   deploy/ami/provision.sh feederd nommerd   # this machine does both
#   deploy/ami/provision.sh ec2-node          # for an image: instances of it encode, and end when they are done
#
# Nothing is started: settings go into /etc/media-nommer/*.env first, and an image is not to run.
# With DESTDIR set, only files are laid below it, links that enable units among them: no packages, no user, no
# Node, no build.
set -euo pipefail

DESTDIR=${DESTDIR:-}
APP=/opt/media-nommer
UNIT_DIR=$DESTDIR/etc/systemd/system
USER_NAME=media-nommer
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
PARTS=(.npmrc LICENSE README.md deploy docs nomconf.example.ts package.json package-lock.json src tsconfig.json)
# In the order of their removal: nothing powers the machine off any more when its nommerd is stopped.
UNITS=(nommerd-deadman.{timer,service} nommerd.service.d/ec2.conf nommerd.service feederd.service)

usage() {
  echo "Usage: $0 feederd|nommerd|'feederd nommerd'|ec2-node" >&2
  exit 64
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  # Debian's npm is only used to fetch; the Node that media-nommer runs on comes with its packages.
  apt-get install -y --no-install-recommends bubblewrap ca-certificates ffmpeg npm
}

add_user() {
  getent passwd "$USER_NAME" >/dev/null ||
    useradd --system --user-group --home-dir /var/lib/media-nommer --shell /usr/sbin/nologin "$USER_NAME"
}

# Beside the running version, so that one which cannot be built replaces nothing.
lay_project() {
  rm -rf "$DESTDIR$APP.new"
  mkdir -p "$DESTDIR$APP.new"
  tar -C "$SOURCE" --owner=0 --group=0 -cf - "${PARTS[@]}" |
    tar -C "$DESTDIR$APP.new" --no-same-permissions -xf -
}

# Debian's npm 9 installs the Node of this architecture, but leaves the link out that the units start it by.
link_node() {
  if [ ! -e node_modules/.bin/node ]; then
    (cd node_modules/.bin && ln -sf ../node-linux-*/bin/node node)
  fi
}

build_project() {
  (
    cd "$APP.new"
    export PATH="$PWD/node_modules/.bin:$PATH"
    npm ci --ignore-scripts
    link_node
    npm run build
    npm ci --ignore-scripts --omit=dev
    link_node
    node dist/nommerd/main.js --version
  )
}

swap_project() {
  rm -rf "$DESTDIR$APP.old"
  if [ -e "$DESTDIR$APP" ]; then mv "$DESTDIR$APP" "$DESTDIR$APP.old"; fi
  mv "$DESTDIR$APP.new" "$DESTDIR$APP"
  rm -rf "$DESTDIR$APP.old"
}

# Of $UNITS, those that a machine of this role has.
units_of() {
  case $1 in
    feederd | nommerd) echo "$1.service" ;;
    ec2-node) printf '%s\n' nommerd-deadman.{timer,service} nommerd.service.d/ec2.conf nommerd.service ;;
  esac
}

is_wanted() {
  local role
  for role in "${ROLES[@]}"; do
    if units_of "$role" | grep -qxF "$1"; then return 0; fi
  done
  return 1
}

control() { systemctl ${DESTDIR:+--root="$DESTDIR"} "$@"; }

# There is none while an image is made in a chroot.
if_systemd_runs() {
  if [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; then systemctl "$@"; fi
}

# What an earlier role has left would go on, and a machine of one's own power off with its nommerd.
remove_other_units() {
  local unit
  for unit in "${UNITS[@]}"; do
    if is_wanted "$unit" || [ ! -e "$UNIT_DIR/$unit" ]; then continue; fi
    case $unit in
      *.conf)
        rm "$UNIT_DIR/$unit"
        rmdir --ignore-fail-on-non-empty "$(dirname "$UNIT_DIR/$unit")"
        if_systemd_runs daemon-reload
        ;;
      *)
        if_systemd_runs stop "$unit"
        control disable "$unit"
        rm "$UNIT_DIR/$unit"
        ;;
    esac
  done
}

lay_units() {
  local unit
  install -d -m 750 "$DESTDIR/etc/media-nommer"
  for unit in "${UNITS[@]}"; do
    if is_wanted "$unit"; then
      install -D -m 644 "$SOURCE/deploy/systemd/$unit" "$UNIT_DIR/$unit"
    fi
  done
  if_systemd_runs daemon-reload
}

enable_units() {
  case "${ROLES[*]}" in
    # nommerd is started by the user data, once that has laid its settings; the timer waits for nobody.
    ec2-node)
      control disable nommerd.service
      control enable nommerd-deadman.timer
      ;;
    *) control enable "${ROLES[@]/%/.service}" ;;
  esac
}

say_what_is_left() {
  echo "media-nommer is installed as ${ROLES[*]}; nothing was started or restarted."
  case "${ROLES[*]}" in
    ec2-node) echo "Now make the image. If nommerd runs here: systemctl stop nommerd.service, which powers off." ;;
    *) echo "Once the settings are in /etc/media-nommer: systemctl restart ${ROLES[*]/%/.service}" ;;
  esac
}

read -ra ROLES <<<"$*"
case "${ROLES[*]}" in
  feederd | nommerd | "feederd nommerd" | ec2-node) ;;
  *) usage ;;
esac

umask 022
if [ -z "$DESTDIR" ]; then
  install_packages
  add_user
fi
lay_project
if [ -z "$DESTDIR" ]; then build_project; fi
swap_project
remove_other_units
lay_units
if [ -z "$DESTDIR" ]; then chgrp "$USER_NAME" /etc/media-nommer; fi
enable_units
say_what_is_left
