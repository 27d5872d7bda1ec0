#!/bin/sh
# Powers this machine off when it costs money and does no work: nommerd has not become ready within
# EC2_BOOT_DEADLINE seconds after boot, or is not there any more. Needs neither Node nor the network, so that
# it works when they are what is broken. What it cannot read or ask counts as broken, too.
set -u

deadline=${EC2_BOOT_DEADLINE:-}
deadline=${deadline%%.*}
case $deadline in
  '' | *[!0-9]*) deadline=600 ;;
esac

uptime=$(cut -d. -f1 "${PROC_UPTIME:-/proc/uptime}")
if [ "$uptime" -lt "$deadline" ]; then exit 0; fi

# A systemd that is busy may leave one question unanswered, so a second look decides. Both of them end
# within the unit's TimeoutStartSec, else that would end this script before it can act.
for pause in 5 0; do
  state=$(timeout 8 systemctl show --property=ActiveState --value nommerd.service) || state=unknown
  case $state in
    # A node that stops powers off by itself; systemd limits how long that takes.
    active | deactivating) exit 0 ;;
  esac
  sleep "$pause"
done

echo "nommerd is $state $uptime seconds after boot: powering off" >&2
timeout 8 systemctl poweroff || systemctl poweroff --force
