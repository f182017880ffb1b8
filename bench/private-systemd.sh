#!/bin/sh
# private-systemd.sh UNITS: becomes PID 1 of the namespaces that it was started in, as the systemd of this host, which knows
# the units of that directory and no other ones. Nothing outside of its own /run, /proc and cgroups is touched.
set -e
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/systemd/system
cp "$1"/* /run/systemd/system
mount -t tmpfs tmpfs /sys/fs/cgroup
umount /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_UNIT_PATH=/run/systemd/system \
  /lib/systemd/systemd --system --unit=idle.target --log-target=null --show-status=no
