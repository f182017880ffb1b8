#!/bin/sh
# The shim: starts one process, waits for it, and writes down how it ended. It outlives the daemon.
#
# "$@" is what to execute. Everything else comes in variables called gitproc_*, set by launch-arguments.ts; the files it
# writes are described in docs/run-directory.md. No text is ever made into code: the few evals see fixed names and
# numbers only. The braces make the shell read all of this before it runs any of it, so that an upgrade which replaces
# the file does not change what a waiting shim does next.
{
  umask 077
  # Nothing that is sent to a group or a terminal may end a shim; SIGKILL can, and adoption knows what to do then.
  trap '' HUP INT QUIT TERM USR1 USR2 ALRM PIPE

  # What came through the environment must not go on to the service: a variable that was unset is no longer exported.
  for gitproc_name in dir bell key cgroup oom oom_self stdin socket_streams stdout_kind stdout stderr_kind stderr pinned umask \
    directory directory_optional limits ignore_pipe pid_variables environment_count environment_late; do
    eval "gitproc_value=\$gitproc_$gitproc_name"
    unset "gitproc_$gitproc_name"
    eval "gitproc_$gitproc_name=\$gitproc_value"
  done
  cd -P .

  # The shell says on its own stderr which signal ended a child; $? alone can't tell SIGTERM from exit 143.
  exec 2>"$gitproc_dir/messages" || exit 1
  [ -z "$gitproc_oom_self" ] || echo "$gitproc_oom_self" 2>/dev/null >self/oom_score_adj

  (
    # The working directory is the host's /proc, even in a PID namespace where another one covers it: self/stat tells
    # the host's pids in both. Field 4 is the parent, which is the shim; the 22nd is the start time. Once only: the
    # shell reads it byte by byte, which takes 0.2 ms.
    read -r gitproc_pid _ _ gitproc_parent _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ gitproc_ticks _ <self/stat
    echo "$gitproc_pid $gitproc_ticks $gitproc_parent" >"$gitproc_dir/main" || exit 1
    # Once claimed it can be seen and signalled: a SIGTERM that came between there and exec must not be lost.
    trap - HUP INT QUIT TERM USR1 USR2 ALRM PIPE
    # Whoever creates this file decides whether the process is ever started: this line, or an adopter that came first.
    set -C
    : >"$gitproc_dir/claim"
    set +C

    gitproc_step=EXEC
    trap 'echo "$gitproc_step $?" >"$gitproc_dir/failed"' EXIT
    fail() {
      gitproc_step=$1
      exit 1
    }

    if [ -n "$gitproc_cgroup" ]; then
      echo 0 >>"$gitproc_cgroup/cgroup.procs" || fail CGROUP
    fi
    if [ -n "$gitproc_oom" ]; then
      # Without CAP_SYS_RESOURCE a process can't be made safer than its parent: it goes on as it is, and status says so.
      { echo "$gitproc_oom" >self/oom_score_adj; } 2>/dev/null || :
    fi
    echo "main $gitproc_key" 2>/dev/null 1<>"$gitproc_bell"

    # Pairs of words for ulimit: `-n 1024` sets both limits, `-Sn 512` then lowers the soft one.
    # shellcheck disable=SC2086
    set -f -- $gitproc_limits -- "$@"
    while [ "$1" != -- ]; do
      ulimit "$1" "$2" || fail LIMITS
      shift 2
    done
    shift
    set +f

    if ! cd -- "$gitproc_directory"; then
      [ -n "$gitproc_directory_optional" ] || fail CHDIR
      cd / || fail CHDIR
    fi

    umask 022
    gitproc_step=STDIN
    case $gitproc_stdin in
      '') ;;
      # Read and write: with a writer of its own it is never at its end.
      pipe:*) exec 0<>"${gitproc_stdin#pipe:}" ;;
      socket) exec 0<&3 ;;
      *) exec <"$gitproc_stdin" ;;
    esac
    gitproc_step=STDOUT
    case $gitproc_stdout_kind in
      append) exec >>"$gitproc_stdout" ;;
      truncate) exec >"$gitproc_stdout" ;;
      file) exec 1<>"$gitproc_stdout" ;;
      socket) exec 1>&3 ;;
    esac
    gitproc_step=STDERR
    case $gitproc_stderr_kind in
      append) exec 2>>"$gitproc_stderr" ;;
      truncate) exec 2>"$gitproc_stderr" ;;
      file) exec 2<>"$gitproc_stderr" ;;
      same-as-stdout) exec 2>&1 ;;
      socket) exec 2>&3 ;;
      null) exec 2>/dev/null ;;
    esac
    for gitproc_name in $gitproc_pinned; do eval "exec $gitproc_name<&-"; done
    umask "$gitproc_umask"
    [ -z "$gitproc_socket_streams" ] || exec 3>&-

    [ -z "$gitproc_ignore_pipe" ] || trap '' PIPE

    gitproc_step=EXEC
    unset PWD OLDPWD
    if [ -n "$gitproc_pid_variables" ]; then
      # As the service sees it, and not as the host does.
      read -r gitproc_pid _ </proc/self/stat
      for gitproc_name in $gitproc_pid_variables; do export "$gitproc_name=$gitproc_pid"; done
    fi
    if [ -z "$gitproc_environment_late" ]; then
      gitproc_index=0
      while [ "$gitproc_index" -lt "$gitproc_environment_count" ]; do
        eval "gitproc_value=\$gitproc_environment_$gitproc_index"
        unset "gitproc_environment_$gitproc_index"
        export "$gitproc_value"
        gitproc_index=$((gitproc_index + 1))
      done
    fi
    exec "$@"
  )
  gitproc_status=$?

  # No claim, or one with words in it: an adopter decided that this process never was. Leave nothing behind.
  if [ ! -e "$gitproc_dir/claim" ] || [ -s "$gitproc_dir/claim" ]; then
    echo "gone $gitproc_key" 2>/dev/null 1<>"$gitproc_bell"
    exit 0
  fi
  gitproc_message= gitproc_failed=
  read -r gitproc_message <"$gitproc_dir/messages"
  [ ! -e "$gitproc_dir/failed" ] || read -r gitproc_failed <"$gitproc_dir/failed"
  # One write of less than a page, closed by a line that a reader checks for: whole, or not yet there.
  printf 'status %s\nfailed %s\nmessage %s\nend\n' "$gitproc_status" "$gitproc_failed" "$gitproc_message" >"$gitproc_dir/exit"
  echo "exit $gitproc_key" 2>/dev/null 1<>"$gitproc_bell"
  exit 0
}
