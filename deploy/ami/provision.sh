#!/usr/bin/env bash
# Installs media-nommer on a Debian 12 or 13: FFmpeg, the project in /opt/media-nommer with a Node of its
# own, a user and the systemd units. May be run again, to upgrade. Run it as root from the project's tree:
#
#   deploy/ami/provision.sh feederd     # this machine takes jobs
#   deploy/ami/provision.sh nommerd     # this machine of yours encodes
#   deploy/ami/provision.sh ec2-node    # for an image: instances of it encode, and end when they are done
#
# Nothing is started: settings go into /etc/media-nommer/*.env first, and an image is not to run.
# With DESTDIR set, only files are laid below it: no packages, no user, no Node, no build.
set -euo pipefail

DESTDIR=${DESTDIR:-}
APP=/opt/media-nommer
USER_NAME=media-nommer
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
PARTS=(.npmrc LICENSE README.md deploy docs nomconf.example.ts package.json package-lock.json src tsconfig.json)

usage() {
  echo "Usage: $0 feederd|nommerd|ec2-node" >&2
  exit 64
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  # Debian's npm is only used to fetch; the Node that media-nommer runs on comes with its packages.
  apt-get install -y --no-install-recommends ca-certificates ffmpeg npm
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

build_project() {
  (
    cd "$APP.new"
    export PATH="$PWD/node_modules/.bin:$PATH"
    npm ci --ignore-scripts
    npm run build
    npm ci --ignore-scripts --omit=dev
    node dist/nommerd/main.js --version
  )
}

swap_project() {
  rm -rf "$DESTDIR$APP.old"
  if [ -e "$DESTDIR$APP" ]; then mv "$DESTDIR$APP" "$DESTDIR$APP.old"; fi
  mv "$DESTDIR$APP.new" "$DESTDIR$APP"
  rm -rf "$DESTDIR$APP.old"
}

lay_units() {
  local to=$DESTDIR/etc/systemd/system from=$SOURCE/deploy/systemd
  install -d -m 755 "$to"
  install -d -m 750 "$DESTDIR/etc/media-nommer"
  case $1 in
    feederd) install -m 644 "$from/feederd.service" "$to" ;;
    nommerd) install -m 644 "$from/nommerd.service" "$to" ;;
    ec2-node)
      install -m 644 "$from/nommerd.service" "$from"/nommerd-deadman.{service,timer} "$to"
      install -D -m 644 -t "$to/nommerd.service.d" "$from/nommerd.service.d/ec2.conf"
      ;;
  esac
}

enable_units() {
  chgrp "$USER_NAME" /etc/media-nommer
  case $1 in
    feederd | nommerd) systemctl enable "$1.service" ;;
    # nommerd is started by the user data, once that has laid its settings; the timer waits for nobody.
    ec2-node)
      systemctl disable nommerd.service
      systemctl enable nommerd-deadman.timer
      ;;
  esac
}

role=${1:-}
case $role in
  feederd | nommerd | ec2-node) ;;
  *) usage ;;
esac
[ $# = 1 ] || usage

umask 022
if [ -n "$DESTDIR" ]; then
  lay_project
  swap_project
  lay_units "$role"
else
  install_packages
  add_user
  lay_project
  build_project
  swap_project
  lay_units "$role"
  enable_units "$role"
fi
echo "media-nommer is installed as $role"
