#!/bin/sh
# Sets gitproc up from a checkout: Node.js 24, packages, build, and then a demonstration or the tests.
# POSIX sh; as root or as an ordinary user; running it again repeats nothing that is done.
set -eu

root=$(cd "$(dirname "$0")" && pwd -P)
toolchain=$root/.toolchain
node_major=24
demo=${GITPROC_DEMO:-${HOME:-/tmp}/gitproc-demo}

usage() {
  cat <<EOF
./setup.sh install        get what is missing, build, put gitproc on the PATH
./setup.sh demo           install; then run the example units in $demo
./setup.sh demo --stop    end the demonstration's services and its daemon
./setup.sh demo --clean   that, and remove its directory
./setup.sh test           install what the tests need, and run them all
./setup.sh help           this text

As root it may install Debian packages; as an ordinary user it says what is missing.
EOF
}

say() { printf '==> %s\n' "$*"; }
fail() {
  printf 'setup.sh: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" -eq 0 ]; }

# Debian packages, without starting the services that some of them bring.
apt_install() {
  say "installing Debian packages: $*"
  policy=/usr/sbin/policy-rc.d
  made_policy=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made_policy=yes
  fi
  status=0
  export DEBIAN_FRONTEND=noninteractive
  { apt-get install -y -q --no-install-recommends "$@" || { apt-get update -q && apt-get install -y -q --no-install-recommends "$@"; }; } >"$root/.setup-apt.log" 2>&1 || status=$?
  [ -z "$made_policy" ] || rm -f "$policy"
  if [ "$status" -ne 0 ]; then
    tail -n 5 "$root/.setup-apt.log" >&2
    fail "apt-get could not install: $*" "the whole story: $root/.setup-apt.log"
  fi
  rm -f "$root/.setup-apt.log"
}

# Package after command: what is missing of them is installed (root), or asked for (anybody else).
need() {
  missing=
  while [ $# -gt 0 ]; do
    case " $missing " in
      *" $2 "*) ;;
      *) has "$1" || [ -x "/usr/sbin/$1" ] || missing="$missing $2" ;;
    esac
    shift 2
  done
  [ -n "$missing" ] || return 0
  if is_root && has apt-get; then
    # shellcheck disable=SC2086 -- names of packages, one word each
    apt_install $missing
  else
    fail "these Debian packages are missing:$missing" "ask an administrator: apt-get install$missing"
  fi
}

is_new_enough() {
  [ -x "$1" ] && "$1" -e "process.exit(Number(process.versions.node.split('.')[0]) >= $node_major ? 0 : 1)" >/dev/null 2>&1
}

# Sets $node to a Node.js that is new enough; gets one from the npm registry where there is none.
find_node() {
  node=$toolchain/node_modules/node/bin/node
  is_new_enough "$node" && return 0
  node=$(command -v node || :)
  [ -n "$node" ] && is_new_enough "$node" && return 0
  need_npm
  say "getting Node.js $node_major into .toolchain/ (system: ${node:-none})"
  mkdir -p "$toolchain"
  (cd "$toolchain" && npm install --no-audit --no-fund --no-save --prefix "$toolchain" "node@$node_major" >npm.log 2>&1) || {
    tail -n 15 "$toolchain/npm.log" >&2
    fail "npm could not get Node.js $node_major" "the whole story: $toolchain/npm.log"
  }
  node=$toolchain/node_modules/node/bin/node
  is_new_enough "$node" || fail "the Node.js that npm got does not run: $node"
}

need_npm() {
  has npm && return 0
  if is_root && has apt-get; then
    apt_install npm
  else
    fail "Node.js $node_major is missing, and npm to get it with" \
      "ask an administrator: apt-get install npm" "or get Node.js $node_major from https://nodejs.org and put it on the PATH"
  fi
}

# npm runs with the Node.js that it came with; what it installs is for ours.
install_packages() {
  stamp=$root/node_modules/.setup-stamp
  wanted=$(cksum <"$root/package-lock.json")
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return 0
  need_npm
  say "installing packages (npm ci)"
  npm_path=$PATH
  has node || npm_path=$(dirname "$node"):$PATH
  (cd "$root" && PATH=$npm_path npm ci --no-audit --no-fund >"$root/.setup-npm.log" 2>&1) || {
    tail -n 15 "$root/.setup-npm.log" >&2
    fail "npm ci failed" "the whole story: $root/.setup-npm.log"
  }
  rm -f "$root/.setup-npm.log"
  printf '%s\n' "$wanted" >"$stamp"
}

build() {
  say "building"
  (cd "$root" && "$node" build.ts)
}

link_command() {
  if is_root; then bin=/usr/local/bin; else bin=$HOME/.local/bin; fi
  mkdir -p "$bin"
  if [ -e "$bin/gitproc" ] && [ ! -L "$bin/gitproc" ]; then
    say "$bin/gitproc is somebody else's: left alone; ours is $root/dist/bin/gitproc"
    return 0
  fi
  ln -sf "$root/dist/bin/gitproc" "$bin/gitproc"
  case ":$PATH:" in
    *":$bin:"*) say "gitproc is on the PATH: $bin/gitproc" ;;
    *)
      say "gitproc is in $bin, which is not on your PATH; type this, and add it to your profile:"
      printf '      export PATH="%s:$PATH"\n' "$bin"
      ;;
  esac
}

install_all() {
  find_node
  say "Node.js $("$node" -p process.versions.node): $node"
  install_packages
  build
  link_command
}

# --- demonstration -----------------------------------------------------------------------------------------------------

gitproc() { "$root/dist/bin/gitproc" "$@"; }

demo_paths() {
  if is_root; then run=/run/gitproc-demo; else run=${XDG_RUNTIME_DIR:-/tmp}/gitproc-demo-$(id -u); fi
  services=$demo/services
  export GITPROC_CONFIG="$demo/gitproc.conf"
}

write_demo_config() {
  mkdir -p "$demo"
  mkdir -m 700 "$run" 2>/dev/null || [ "$(stat -c %u "$run")" = "$(id -u)" ] || fail "$run belongs to somebody else" "set XDG_RUNTIME_DIR to a directory of yours"
  cat >"$GITPROC_CONFIG" <<EOF
; Made by setup.sh demo. Every key: docs/configuration.md
repo = $services
run_dir = $run
socket = $run/gitproc.sock
state_dir = $demo/state
log_dir = $demo/logs
settle = 2s
EOF
}

demo_git() {
  git -C "$services" -c commit.gpgsign=false "$@"
}

fill_demo() {
  gitproc init >/dev/null
  # Who has not told git a name yet could not commit by hand, as the last lines of this demonstration suggest.
  git -C "$services" config user.name >/dev/null || git -C "$services" config user.name "${USER:-demo}"
  git -C "$services" config user.email >/dev/null || git -C "$services" config user.email "${USER:-demo}@localhost"
  if demo_git rev-parse -q --verify HEAD >/dev/null 2>&1; then
    say "the repository has commits already: $services"
    return 0
  fi
  cp "$root"/examples/app.service "$root"/examples/migrate.service "$root"/examples/worker.service "$services"/
  if has python3; then cp "$root"/examples/files.service "$services"/; else say "no python3 here: the example files.service is left out"; fi
  if is_root; then cp "$root"/examples/root/limited.service "$services"/; fi
  # Units look programs up where systemd does; our Node.js may lie elsewhere. A drop-in says so, as it would for systemd.
  mkdir -p "$services/app.service.d"
  printf '[Service]\nExecSearchPath=%s:/usr/local/bin:/usr/bin:/bin\n' "$(dirname "$node")" >"$services/app.service.d/node.conf"
  demo_git add .
  demo_git commit -q -m "the example units"
  say "committed the example units to $services"
}

run_demo() {
  need git git
  install_all
  demo_paths
  write_demo_config
  fill_demo
  say "starting the daemon"
  gitproc daemon --detach
  say "waiting until everything is healthy"
  gitproc sync --wait >/dev/null || :
  # An earlier --stop has left every unit held.
  if gitproc status -o json | grep -q '"hold": {'; then gitproc start --all >/dev/null; fi
  printf '\n'
  gitproc status
  say_what_next
}

say_what_next() {
  cat <<EOF

In your shell, so that gitproc finds this demonstration:
    export GITPROC_CONFIG=$GITPROC_CONFIG
Then try:
    curl http://127.0.0.1:27811/                     the app; gitproc logs -f app
    cd $services
    sed -i 's/sleep 5/sleep 1/' worker.service && git commit -am "work faster"
    gitproc status; gitproc history; gitproc logs worker
    gitproc rollback                                 takes it back, by a new commit
To end it:
    $root/setup.sh demo --stop     (--clean also removes $demo)
EOF
}

stop_demo() {
  demo_paths
  if [ ! -f "$GITPROC_CONFIG" ] || [ ! -x "$root/dist/bin/gitproc" ]; then
    say "there is no demonstration in $demo"
    return 0
  fi
  # A daemon that is gone has left its services running: it takes to start one to stop them.
  gitproc daemon --detach >/dev/null
  gitproc stop --all --reason "the demonstration has ended" >/dev/null
  gitproc daemon --stop >/dev/null
  say "the demonstration's services and its daemon have ended"
}

clean_demo() {
  stop_demo
  rm -rf "$demo" "$run"
  say "removed $demo"
}

# --- tests -------------------------------------------------------------------------------------------------------------

# What tests run unmodified (Debian's own units), talk to (servers of git) or ask for a second opinion (promtool, gpg).
need_of_tests() {
  need nginx nginx-light redis-server redis-server memcached memcached mosquitto mosquitto haproxy haproxy \
    chronyd chrony unbound unbound cron cron logrotate logrotate \
    fcgiwrap fcgiwrap sshd openssh-server openssl openssl gpg gnupg gpgv gpgv tmux tmux promtool prometheus
}

# Suites print `N passed, N failed`; the last line is their sum. Everything runs, whatever failed before; what failed is
# told once more at the end.
run_tests() {
  need git git python3 python3 unshare util-linux setpriv util-linux curl curl
  if is_root && has apt-get; then need_of_tests; fi
  find_node
  say "Node.js $("$node" -p process.versions.node): $node"
  install_packages
  build
  PATH=$(dirname "$node"):$root/node_modules/.bin:$PATH
  export PATH
  cd "$root"
  passed=0
  failed=0
  failures=
  # The kernel tests keep one processor of a guest busy, and measure nothing outside: they run beside the others.
  begin_suite kernel test/kernel/boot.ts
  check types tsc --noEmit
  check lint biome check --error-on-warnings .
  check dead-code knip
  suite pure test/run.ts pure
  suite scenarios test/run.ts scenarios
  end_suite kernel
  [ -z "$failures" ] || printf '%s' "$failures"
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}

fail_test() {
  failed=$((failed + $1))
  failures="$failures$2
"
}

check() {
  name=$1
  shift
  say "check: $name"
  if "$@"; then passed=$((passed + 1)); else
    say "failed: $name"
    fail_test 1 "failed: check: $name"
  fi
}

# suite NAME FILE [ARGUMENT ...]: what `FILE` prints last is counted.
suite() {
  name=$1
  shift
  say "tests: $name"
  {
    status=0
    GITPROC_ENTRY=dist/main.js "$node" "$@" 2>&1 || status=$?
    echo "$status" >"$root/.setup-test.status"
  } | tee "$root/.setup-$name.log"
  count_suite "$name" "$(cat "$root/.setup-test.status")"
  rm -f "$root/.setup-test.status"
}

# The same beside what comes next; end_suite waits for it, and shows what it has printed.
begin_suite() {
  name=$1
  shift
  GITPROC_ENTRY=dist/main.js "$node" "$@" >"$root/.setup-$name.log" 2>&1 &
  beside=$!
  trap 'kill "$beside" 2>/dev/null || :' EXIT
  trap 'exit 130' INT TERM
}

end_suite() {
  say "tests: $1 (begun before the checks)"
  status=0
  wait "$beside" || status=$?
  trap - EXIT INT TERM
  cat "$root/.setup-$1.log"
  count_suite "$1" "$status"
}

# count_suite NAME STATUS
count_suite() {
  log=$root/.setup-$1.log
  counts=$(sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed.*/\1 \2/p' "$log" | tail -n 1)
  counts=${counts:-0 0}
  passed=$((passed + ${counts%% *}))
  told=$(grep '^failed: ' "$log" || :)
  if [ "${counts##* }" -gt 0 ]; then
    fail_test "${counts##* }" "${told:-failed: $1}"
  elif [ "$2" -ne 0 ]; then
    # A suite that fails without a failed test (none found, a crash) is a failure of its own.
    fail_test 1 "failed: $1: it ended with status $2"
  fi
  rm -f "$log"
}

case ${1:-help} in
  install) install_all ;;
  test) run_tests ;;
  demo)
    case ${2:-} in
      '') run_demo ;;
      --stop) stop_demo ;;
      --clean) clean_demo ;;
      *) fail "demo has no flag $2" "./setup.sh help" ;;
    esac
    ;;
  help | --help | -h) usage ;;
  *) fail "there is no command $1" "./setup.sh help" ;;
esac
