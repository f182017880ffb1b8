#!/bin/sh
# gitproc for the life of a container. A container that starts is a machine that boots: what ran before is gone, whatever
# files of it are left. When it is told to end, every service is stopped as its unit says, and none is held.
rm -rf /run/gitproc /var/lib/gitproc/unit-states*

gitproc daemon "$@" &
daemon=$!
trap 'gitproc stop --all --no-hold; gitproc daemon --stop' TERM INT

# `wait` ends early when a signal arrives.
while kill -0 "$daemon" 2>/dev/null; do wait "$daemon"; done
wait "$daemon"
