#!/bin/sh
# Powers this machine off when it costs money and does no work: nommerd has not become ready within
# EC2_BOOT_DEADLINE seconds after boot, or is not there any more. Needs neither Node nor the network, so that
# it works when they are what is broken.
set -eu

uptime=$(cut -d. -f1 "${PROC_UPTIME:-/proc/uptime}")
[ "$uptime" -ge "$EC2_BOOT_DEADLINE" ] || exit 0

state=$(systemctl show --property=ActiveState --value nommerd.service || echo unknown)
case "$state" in
  # A node that stops powers off by itself; systemd limits how long that takes.
  active | deactivating) exit 0 ;;
esac

echo "nommerd is $state $uptime seconds after boot: powering off" >&2
systemctl poweroff
