#!/bin/sh
# First process of the guest: hides what the host has to run and to configure, then becomes systemd, whose only unit asks
# the questions. The host's file system is read-only to it but for the folder of the job.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /run
for folder in /etc/systemd /var/log /var/lib/systemd; do
  mount -t tmpfs -o mode=755 tmpfs "$folder"
done
for word in $(cat /proc/cmdline); do
  case $word in
    gitproc_job=*) job=${word#gitproc_job=} ;;
  esac
done
mkdir -p /run/job /run/systemd/system
mount -t hostfs none /run/job -o "$job"
cp -a /run/job/files/. /run/systemd/system
mkdir -m 1777 /run/records
if [ -d /run/job/extra/run ]; then cp -a /run/job/extra/run/. /run; fi
cp /run/job/init/* /run/systemd/system
# No container, whatever the host is.
export container=
# Only the units of the job: whether a unit is enabled is looked up in every folder that systemd knows, for each of them.
export SYSTEMD_UNIT_PATH=/run/systemd/system
exec /lib/systemd/systemd --system --unit=oracle-ask.target --log-target=kmsg --log-level=info
