#!/bin/sh
# First process of the guest: makes the host's file system a small Linux with cgroup v2, runs the command, powers off.
# What is to be run, and where its answer goes, stands in the file that the kernel command line names.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mkdir -p /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t devtmpfs devtmpfs /dev 2>/dev/null
mkdir -p /dev/shm /dev/pts
mount -t tmpfs tmpfs /dev/shm
ip link set lo up

for word in $(cat /proc/cmdline); do
  case $word in
    gitproc_job=*) job=${word#gitproc_job=} ;;
  esac
done
cd "$(cat "$job/directory")" || exit 1
# Not /tmp: the project itself may lie there.
TMPDIR=/run/tmp
PATH=$(cat "$job/path")
HOME=/run/home
export PATH HOME TMPDIR
mkdir -p -m 1777 "$TMPDIR"
mkdir -p "$HOME"
# One argument a line: no shell text is built anywhere.
set --
while IFS= read -r argument; do
  set -- "$@" "$argument"
done <"$job/arguments"
"$@" >"$job/output" 2>&1
echo $? >"$job/status"
sync
poweroff -f
