#!/bin/sh
# What git runs as ssh (GIT_SSH): never asks anybody, never trusts a host key that nobody accepted.
# GITPROC_KNOWN_HOSTS: our own file of host keys, beside the system's. GITPROC_SSH_KEY: the key file, or empty.
set -- \
  -o BatchMode=yes -o StrictHostKeyChecking=yes -o UpdateHostKeys=no -o CheckHostIP=no \
  -o "UserKnownHostsFile=\"$GITPROC_KNOWN_HOSTS\"" \
  -o ConnectTimeout=15 -o ServerAliveInterval=10 -o ServerAliveCountMax=3 \
  -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o ControlMaster=no \
  "$@"
[ -z "$GITPROC_SSH_KEY" ] || set -- -o IdentitiesOnly=yes -i "$GITPROC_SSH_KEY" "$@"
exec ssh "$@"
