#!/bin/sh
# Runs git with limits that hold even should whoever asked for it die: git.sh SECONDS BLOCKS ARGUMENT…
# No file that it writes grows beyond BLOCKS of 512 bytes.
seconds=$1 blocks=$2
shift 2
# A write beyond that fails and is reported, instead of killing without a word.
trap '' XFSZ
ulimit -c 0
ulimit -f "$blocks" || exit 125
exec timeout -k 5 "$seconds" git "$@"
