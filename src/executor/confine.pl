#!/usr/bin/perl
# Shuts its own process in, step by step, and becomes the service: the one link of the chain that makes system calls which
# no small tool makes. perl is part of every Debian; it starts in a millisecond and a whole sandbox costs no further fork.
#
# Arguments: the file for what went wrong, numbers of system calls, then instructions, each a word and a fixed number of
# words after it; `--`, the name (argv[0]), the program and its arguments. confine-arguments.ts writes them, and nothing
# in them is ever run as code. The environment comes under numbers and gets its names right before exec. No module is
# loaded: each costs as much as all the rest.

my ($messages, $numbers, @words) = @ARGV;
my %number = map { my ($name, $value) = split /=/; ($name, $value + 0) } split /,/, $numbers;
# Opened first: later there may be another root, and another user. Closed by exec.
open my $complaints, '>>', $messages or exit 1;

my %status = (
  CHDIR => 200, EXEC => 203, IOPRIO => 211, TIMERSLACK => 212, SECUREBITS => 213, SETSCHEDULER => 214,
  CPUAFFINITY => 215, GROUP => 216, USER => 217, CAPABILITIES => 218, SETSID => 220, NETWORK => 225, NAMESPACE => 226,
  NO_NEW_PRIVILEGES => 227, SECCOMP => 228, KEYRING => 237,
);

sub fail {
  my ($step, $what) = @_;
  my $why = "$!";
  syswrite $complaints, "confine $step $what: $why\n";
  exit $status{$step};
}

# Numbers have to be numbers: of a string, the kernel gets the address.
sub call {
  my ($name, @arguments) = @_;
  return syscall($number{$name}, @arguments);
}

my ($open_tree, $move_mount, $mount_setattr) = (428, 429, 442);
my ($here, $clone, $close_on_exec, $no_follow, $empty_path, $recursive) = (-100, 1, 0x80000, 0x100, 0x1000, 0x8000);
my $nothing = '';
my @taken;

# A missing path that may be missing is no failure.
sub missing { my ($is_optional) = @_; return $is_optional && ($! == 2 || $! == 20) }

sub take {
  my ($why, $source, $is_recursive, $is_optional) = @_;
  my $flags = $clone | $close_on_exec | $no_follow | ($is_recursive ? $recursive : 0);
  my $tree = syscall($open_tree, $here, $source, $flags);
  fail('NAMESPACE', "$why$source") if $tree < 0 && !missing($is_optional);
  return $tree;
}

sub set_attributes {
  my ($descriptor, $path, $flags, $set) = @_;
  # attr_set, attr_clr, propagation, userns_fd: the size of the first version of the structure.
  my $attributes = pack 'Q4', $set, 0, 0, 0;
  return syscall($mount_setattr, $descriptor, $path, $flags, $attributes, 32);
}

sub make {
  my ($target, $kind) = @_;
  return 1 if $kind eq '' || -e $target;
  my $place = '';
  my @parts = split m{/}, substr($target, 1);
  my $last = pop @parts;
  for (@parts) { $place .= "/$_"; mkdir $place, 0755 }
  return mkdir "$place/$last", 0755 if $kind eq 'directory';
  return open my $file, '>>', "$place/$last";
}

sub place {
  my ($why, $tree, $target, $set, $is_recursive, $makes, $is_optional) = @_;
  if ($set) {
    set_attributes($tree, $nothing, $empty_path | ($is_recursive ? $recursive : 0), $set) >= 0
      or fail('NAMESPACE', "$why$target");
  }
  make($target, $makes);
  return if syscall($move_mount, $tree, $nothing, $here, $target, 4) >= 0 || missing($is_optional);
  fail('NAMESPACE', "$why$target");
}

sub enter_root {
  my ($root) = @_;
  my $tree = take('RootDirectory=', $root, 1, 0);
  # A root has to be a mount; the old one is then below the new one, and let go.
  syscall($move_mount, $tree, $nothing, $here, $root, 4) >= 0
    && chdir($root)
    && call('pivot_root', '.', '.') >= 0
    && call('umount2', '.', 2) >= 0
    && chdir('/')
    or fail('NAMESPACE', "RootDirectory=$root");
}

sub loopback {
  # ifreq of netdevice(7): a name of 16 bytes and the flags IFF_UP and IFF_RUNNING.
  my $request = pack 'a16 S x22', 'lo', 65;
  my $socket;
  socket($socket, 2, 2, 0) && ioctl($socket, 0x8914, $request) or fail('NETWORK', 'the loopback device');
}

sub join_namespace {
  my ($step, $path, $flag) = @_;
  my $file;
  open $file, '<', $path and call('setns', fileno $file, $flag + 0) >= 0
    or fail($step, "JoinsNamespaceOf=, $path");
}

sub write_file {
  my ($path, $text) = @_;
  my $file;
  return open($file, '>', $path) && syswrite($file, $text);
}

sub capability_sets {
  my ($list, $is_all) = @_;
  my @names = split /,/, $list;
  my @half = (0, 0);
  $half[$_ >> 5] |= 1 << ($_ & 31) for @names;
  # Version 3 and this very process; effective, permitted and inheritable, the low halves first.
  my ($header, $data) = (pack('L2', 0x20080522, 0), pack 'L6', ($half[0]) x 3, ($half[1]) x 3);
  if (!$is_all) {
    my $now = "\0" x 24;
    call('capget', $header, $now) >= 0 or fail('CAPABILITIES', 'AmbientCapabilities=');
    $data |= $now;
  }
  call('capset', $header, $data) >= 0 or fail('CAPABILITIES', 'AmbientCapabilities=');
  for (@names) { call('prctl', 47, 2, $_ + 0, 0, 0) >= 0 or fail('CAPABILITIES', 'AmbientCapabilities=') }
}

sub load_filter {
  my $program = pack 'H*', $_[0];
  my $header = pack 'S x6 P', length($program) / 8, $program;
  # The number is the call's own, and not prctl's: a filter may come before it that says no to prctl.
  call('seccomp', 1, 0, $header) >= 0 or fail('SECCOMP', 'SystemCallFilter=');
}

# Instruction → how many words it takes, and what it does.
my %instructions = (
  'timer-slack' => [1, sub { call('prctl', 29, $_[0] + 0, 0, 0, 0) >= 0 or fail('TIMERSLACK', 'TimerSlackNSec=') }],
  'scheduler' => [2, sub {
    my $priority = pack 'i', $_[1];
    call('sched_setscheduler', 0, $_[0] + 0, $priority) >= 0 or fail('SETSCHEDULER', 'CPUSchedulingPolicy=');
  }],
  'cpus' => [1, sub {
    my $mask = pack 'H*', $_[0];
    call('sched_setaffinity', 0, length($mask), $mask) >= 0 or fail('CPUAFFINITY', 'CPUAffinity=');
  }],
  'io-priority' => [1, sub { call('ioprio_set', 1, 0, $_[0] + 0) >= 0 or fail('IOPRIO', 'IOSchedulingClass=') }],
  'join' => [3, \&join_namespace],
  'unshare' => [1, sub { call('unshare', $_[0] + 0) >= 0 or fail('NAMESPACE', 'the namespaces') }],
  'map-user' => [2, sub {
    write_file('/proc/self/setgroups', 'deny');
    write_file('/proc/self/uid_map', "$_[0] $_[0] 1") && write_file('/proc/self/gid_map', "$_[1] $_[1] 1")
      or fail('USER', 'the user namespace');
  }],
  'loopback' => [0, \&loopback],
  'propagate' => [1, sub { call('mount', 0, '/', 0, $_[0] + 0, 0) >= 0 or fail('NAMESPACE', 'MountFlags=') }],
  'take' => [4, sub { push @taken, take(@_) }],
  'root' => [1, \&enter_root],
  'make' => [3, sub { make($_[1], $_[2]) or fail('NAMESPACE', "$_[0]$_[1]") }],
  'place' => [7, sub {
    my ($index, $why, $target, $set, $is_recursive, $makes, $is_optional) = @_;
    my $tree = $taken[$index];
    place($why, $tree, $target, $set + 0, $is_recursive, $makes, $is_optional) if $tree >= 0;
  }],
  'attributes' => [5, sub {
    my ($why, $target, $set, $is_recursive, $is_optional) = @_;
    return if set_attributes($here, $target, $is_recursive ? $recursive : 0, $set + 0) >= 0 || missing($is_optional);
    fail('NAMESPACE', "$why$target");
  }],
  'new' => [6, sub {
    my ($why, $type, $target, $options, $flags, $is_optional) = @_;
    make($target, 'directory');
    return if call('mount', $type, $target, $type, $flags + 0, $options) >= 0 || missing($is_optional);
    fail('NAMESPACE', "$why$target");
  }],
  'symlink' => [3, sub { symlink($_[2], $_[1]) or fail('NAMESPACE', "$_[0]$_[1]") }],
  'directory' => [2, sub { chdir($_[0]) or $_[1] && chdir('/') or fail('CHDIR', $_[0]) }],
  'session' => [0, sub { call('setsid') >= 0 or fail('SETSID', 'a session of its own') }],
  'bounding-without' => [1, sub {
    for (split /,/, $_[0]) { call('prctl', 24, $_ + 0, 0, 0, 0) >= 0 or fail('CAPABILITIES', 'CapabilityBoundingSet=') }
  }],
  'keep-capabilities' => [0, sub { call('prctl', 8, 1, 0, 0, 0) >= 0 or fail('CAPABILITIES', 'AmbientCapabilities=') }],
  'secure-bits' => [1, sub { call('prctl', 28, $_[0] + 0, 0, 0, 0) >= 0 or fail('SECUREBITS', 'SecureBits=') }],
  'groups' => [1, sub {
    my @groups = split /,/, $_[0];
    my $list = pack 'L*', @groups, 0;
    call('setgroups', scalar(@groups), $list) >= 0 or fail('GROUP', 'the groups');
  }],
  'group' => [1, sub { call('setresgid', ($_[0] + 0) x 3) >= 0 or fail('GROUP', "Group=$_[0]") }],
  'user' => [1, sub { call('setresuid', ($_[0] + 0) x 3) >= 0 or fail('USER', "User=$_[0]") }],
  'keyring' => [1, sub {
    call('keyctl', 1, 0) >= 0 && ($_[0] ne 'shared' || call('keyctl', 8, -4, -3) >= 0) or fail('KEYRING', 'KeyringMode=');
  }],
  'capabilities' => [2, \&capability_sets],
  'no-new-privileges' => [0, sub { call('prctl', 38, 1, 0, 0, 0) >= 0 or fail('NO_NEW_PRIVILEGES', 'NoNewPrivileges=') }],
  'filter' => [1, \&load_filter],
);

# What is made to be mounted on has to be open to the service, whatever its own files are to be.
my $umask = umask 022;
while (($_ = shift @words) ne '--') {
  my ($count, $run) = @{ $instructions{$_} };
  $run->(splice @words, 0, $count);
}

umask $umask;

my ($name, $program, @arguments) = @words;
my ($index, @pairs) = (0);
while (defined(my $pair = delete $ENV{"gitproc_environment_$index"})) { push @pairs, $pair; $index += 1 }
for (@pairs) { my ($key, $value) = split /=/, $_, 2; $ENV{$key} = $value }
{ exec { $program } $name, @arguments }
fail('EXEC', $program);
