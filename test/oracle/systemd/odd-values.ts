/** Right sides for every type of value: good ones, odd ones, bad ones. Taken by what the type calls itself. */

const spaced = (text: string): readonly string[] => text.split(' ')
const lines = (text: string): readonly string[] => text.split('\n').map((line) => line.trim())

const booleans = spaced(
  'yes no true false on off 1 0 t f y n YES True tRuE Yes No 2 -1 yess 00 01 "yes" enabled Y N T F oN',
)
const numbers = spaced(
  '0 1 5 10 42 007 010 0x10 0X1f 0b101 0o17 +5 -5 -0 -1 4294967295 4294967296 2147483647 2147483648 -2147483648 18446744073709551615 18446744073709551616 99999999999999999999 1.5 1e3 5K abc 5x infinity 1_000 "5" 0x 08 0b12 0o8 ++5 65535 65536 255 256 100',
)
const spans = lines(`0
5
1.5
.5
5.
5s
5 s
5sec
1min
1 min 30 s
1min30s
1h 30min
2weeks
1month
1y
1M
1m
5ms
5us
5µs
5μs
5usec
5msec
5ns
1d2h
3days 4hours
1year 2months
infinity
inf
Infinity
-1
-5s
+5
+5s
1e3
0x10
5S
5Min
1,5
1..5
1 2 3
1s 1s
1.5h
1.123456789s
0.0000001
584542y
584543y
999999999999999999
18446744073709551615us
18446744073709551616us
213503982334d
1.
s
"5"
5 seconds
5  seconds
5\u00a0s
1h-5s
1s-
1d 1
00
0us
0.5us
infinity 5
5 infinity
1.5 1.5
1w
1hr
2hrs
1seconds
1minute
10minutes
1hour
1day
1week
1months
1years
5m 3
1.2.3
0.9999999s
1h1m1s1ms1us`)
const sizes = spaced(
  '0 1 512 4095 4096 5000 1K 1k 1M 1m 1G 1g 1T 1P 1E 16E 15E 1.5G 1.5K .5G 1.G 1KB 1KiB 1B 5B 1M1K 1G512M 1M2M 1.5M1K infinity inf 0% 1% 50% 100% 101% 12.5% 12.55% 12.555% 0.01% 99.99% -1 -1K +5 1e6 18446744073709551615 18446744073709551616 17592186044415M abc 5KK 0x10 0x10K 1,5G "1G" 100.0% 5‰ 500‰ 5000‱ 1.5‰ 50.% .5% 1001‰ 1Kx 00 010 1M512 1K1 1B1 5b 1023.9K 0.1B 1.0',
)
const limits = [
  ...spaced(
    '1024 1024:4096 4096:1024 infinity infinity:infinity 1024:infinity infinity:1024 1: :1 : 1:2:3 1K:1M 0 0:0 -1 1K 1.5K 5% abc 1:abc abc:1 "1:2" 0x10 18446744073709551615 18446744073709551616 1:1 5s 5min 1h:2h 1min:infinity 500ms 0.5s 5us 1.5s 0:infinity +5 +5:-5 -5 -20 -21 +20 +21 40 41 19 20 1:40 +1 +0 -0 5:+3',
  ),
  '1024 : 4096',
  '1024 :4096',
  '1024: 4096',
  '1min 30s',
]
const percents = spaced(
  '50% 100% 12.5% 0.5% 0.01% 0.001% 200% 0% -5% 50 % 1000000% 99.99% 5‰ 50.% .5% 4294967295% 4294967% 42949673% 100000% "50%" 1e2% 5%% infinity 12.345% 3‱ 33.3% 33.33% 0.1% 21474836%',
)
const signals = spaced(
  'SIGTERM TERM term SIGHUP HUP 15 9 0 64 65 31 32 33 34 -1 RTMIN RTMIN+3 RTMIN+0 RTMIN+30 RTMIN+31 RTMIN-1 RTMAX RTMAX-0 RTMAX-1 RTMAX-30 RTMAX-31 RTMAX+1 SIGRTMIN+3 SIGRTMAX-2 RTMIN+ SIG SIGSIGTERM IOT SIGIOT POLL SIGPOLL CLD UNUSED SYS "SIGTERM" 015 0x9 +9 SIG15 SIG9 RTMIN+03 RTMIN+-1 RTMIN++1 EXIT Term SIGTERM, 1.5 STKFLT PWR IO LOST',
)
const modes = spaced(
  '0755 755 0 7777 07777 17777 10000 0777 77 022 8 0888 0x1ff -1 +644 u=rwx 0o755 00755 0000755 "0755" 1777 4755 abc 7.5 0b111 644',
)
const exitStatuses = [
  ...spaced(
    '0 1 255 256 -1 SIGTERM TERM sigterm TEMPFAIL DATAERR EX_TEMPFAIL SUCCESS FAILURE USAGE INVALIDARGUMENT NOTIMPLEMENTED SIGNAL EXEC 3x "3" 07 0x10 CHDIR NOPERMISSION KILL RTMIN+3 RTMIN 65 NOUSER CONFIG SIGNALS BUS_ENDPOINT STATE_DIRECTORY CREDENTIALS BPF EXCEPTION USR1 IO 200 250 HUP IOERR OSERR +5 1.5 exec NOTRUNNING PROTOCOL',
  ),
  '1 2 3',
  '1,2',
  '1 SIGKILL TEMPFAIL',
  '1 bogus 2',
  '"1 2" 3',
  "SIGTERM 'SIGINT' 5",
  '1 "2',
  '1-3',
  '~1',
]
const lists = lines(`a b c
a, b
"a b" c
a "b
'a' "b"
a\\x20b c
a\\ b
~a b
%n %i
%% %
%z
a;b
;
a ; b`)
const paths = lines(`/usr
/usr/
//usr//lib/
/usr/./lib
/usr/../lib
/
~
-/usr
-~
!/usr
+/usr
-+/usr
+-/usr
relative
./x
"/usr"
"/with space"
/with space
/with\\x20space
/a:/b
/a /b "/c d"
/a\\:b
/a:/b:rbind
/a:/b:norbind
/a:/b:bogus
/a:/b:
-/a:/b
/a:-/b
/a::rbind
:/b
/usr:ro
/usr:mode=0755,size=5M
/%n/%i
%t/x
%S
/%z
-
+
""
/a//b/../c
/ä
/a\\tb
/a "b
/dev/sda 100
/dev/sda 5M
/dev/sda 5s
/dev/null rwm
/dev/null rx
/dev/null
char-rtc r
char-* rw
block-loop
/x 1 2
/dev/sda 0
/usr/*
/usr/.`)
const names = spaced(
  'a.service a b.target a.service,b.service x@.service x@i.service x@%i.service %p.service %n %N.socket a.bogus foo-.service .service a@b@c.service a:b.service a\\x2db.service /dev/sda1 /mnt/data - -.slice -.mount a.slice a-b.slice a--b.slice -a.slice system.slice user.slice a.timer a.path a.mount a.device "a.service" a.SERVICE ä.service a b.service ../x.service %%.service a.service.d @.service @x.service a@ a@.target init.scope',
)
const accounts = spaced(
  'root daemon 0 1 65534 65535 4294967295 4294967294 nosuch -x 1x _x x$ a.b a@b ROOT 007 +5 "root" a:b games mail 99999 4294967296 x-y .x x. ä %n %i %u nobody root,daemon 0x1 1.5',
)
const addresses = spaced(
  '80 0 65535 65536 /run/x.sock @abs 127.0.0.1:80 127.0.0.1 [::1]:80 [::]:80 ::1 [::1] localhost:80 *:80 :80 [fe80::1%lo]:80 [fe80::1]:80 vsock:2:1234 vsock::1234 relative /run/../x 256.0.0.1:80 1.2.3.4:99999 "80" 080 +80 -80 0x50 [::ffff:1.2.3.4]:5 [::1]:0 127.0.0.1:0 /run//x/./y @ @a/b 127.0.0.1:080 any localhost 10.0.0.0/8 10.1.2.3/8 10.0.0.0/33 fe80::/10 ::/0 0.0.0.0/0 link-local multicast 1.2.3 10.0.0.0/ 10.0.0.1/08 route kobject-uevent /mq mq /dev/null 127.1:80 1.2.3.4/32 ::1/128 ::1/129',
)
const calendars = lines(`daily
hourly
*:0/5
Mon..Fri 10:00
Mon,Wed *-*-* 00:00:00
bogus
25:00
2024-02-30
*-*-31
@0
10
10:00 UTC
Sun *-*-1..7 2:30
5min
weekly
quarterly
1h 30min
*-02-29`)
const capabilities = spaced(
  'CAP_KILL cap_kill KILL CAP_BOGUS ~CAP_KILL ~ 5 40 41 0 -1 CAP_SYS_ADMIN,CAP_KILL "CAP_KILL" CAP_NET_RAW ~CAP_SYS_ADMIN CAP_CHECKPOINT_RESTORE cap_41 0x5',
)
const capabilityLists = [
  ...capabilities,
  'CAP_KILL CAP_CHOWN',
  '~CAP_KILL CAP_CHOWN',
  'CAP_KILL ~CAP_CHOWN',
  '~ CAP_KILL',
  'CAP_KILL bogus CAP_CHOWN',
  '"CAP_KILL CAP_CHOWN"',
]
const numberSets = [
  ...spaced(
    '0 1 0-3 3-0 0,2 0,2-4 8191 8192 9999 -1 0- -3 0-3,8 0,,1 ,0 0, a 0x1 01 "0" numa all 0-0 1-1,1 0..3 63 64',
  ),
  '0 1',
  '0 2-3',
  '0, 2',
  '0 - 3',
  '0 -3',
  '0\t1',
  '"0 1"',
  '0 a',
  'a 0',
]
const environments = lines(`A=1 B=2
A=
=x
A
1A=x
"A=1 2"
A="1 2"
'A=1' "B=2
A=\\x41 B=\\u00e4
A=\\q B=1
A=%n
A=%z B=2
A=%%
_=1
A-B=1 C=2
A.B=1
A= B=
A=$B
A=a\\nb
A=\\xff
A=\\000
A=1;B=2
A=1 A=2
"A" "B=1"
A=x\\
a b
FOO bar 1X
A=x=y
ä=1
A=ä
""
PATH HOME
A B C
A,B
"A B"
PATH=/x`)
const commands = lines(`/bin/echo
/bin/echo a b
echo a
-/bin/echo a
@/bin/echo zero a
@/bin/echo
-@:/bin/echo z a
+/bin/echo
!/bin/echo
!!/bin/echo
!!!/bin/echo
+!/bin/echo
!+/bin/echo
--/bin/echo
@@/bin/echo a
:-+/bin/echo
:/bin/echo $A
- /bin/echo
-
@
@ a
+
/bin/echo ;
/bin/echo a ; /bin/echo b
/bin/echo a;/bin/echo b
/bin/echo a ;; /bin/echo b
/bin/echo a ; ; /bin/echo b
; /bin/echo
/bin/echo \\; b
/bin/echo a \\;
/bin/echo "\\;"
/bin/echo ";"
/bin/echo ';' b
/bin/echo a ; -/bin/echo b
/bin/echo a ; relative b
/bin/echo a ; /bin/
/bin/
/
/bin/../bin/echo
/bin//echo
//bin/./echo
./echo
bin/echo
"/bin/echo" a
"/bin/my prog" a
/bin/my\\x20prog a
/bin/%n %i
/bin/%z
/bin/echo %z
-/bin/echo %z
/bin/echo %
/bin/echo 50% a%b %%n
/bin/echo "a
-/bin/echo "a
/bin/echo 'a b' c"d"
/bin/echo a\\
/bin/echo \\q
/bin/echo "\\q"
/bin/echo \\x41\\u0041\\U00000041\\101
/bin/echo \\x4
/bin/echo \\x00
/bin/echo \\u12
/bin/echo \\ud800
/bin/echo \\U00110000
/bin/echo \\400
/bin/echo \\777
/bin/echo \\0
/bin/echo \\s\\t\\n
/bin/echo a\\sb
/bin/echo ""
/bin/echo " "
/bin/echo "" a
/bin/echo \u00a0a
/bin/echo a\u00a0b
/bin/e\\x00cho
"" a
nonexistent-program a
sh -c 'echo $A "$B"'
$A b
\${A} b
/bin/echo \${A}
/bin/echo {a,b}
/bin/echo a # b
/bin/echo >x <y | z && w
/bin/echo -- -a
-!!@:/bin/echo z a
:!/bin/echo
|/bin/echo
/bin/echo \\"a\\"
/bin/echo 'a'"b"'c'
@/bin/echo "z z" a
@/bin/echo "" a
/bin/echo a ; @/bin/echo
/bin/echo a ; +/bin/echo ; !/bin/echo c
/bin/echo \\e\\a\\b\\f\\v\\r
/bin/echo \\'a\\'
/bin/echo %%%n
/bin/echo "%n %%"
/bin/echo \\\\
/bin/echo "a\\\\"
/bin/echo \\ a
-/bin/echo a ; /bin/echo b
-relative/x ; /bin/echo b
/bin/echo a; b`)
const conditions = lines(`/etc
!/etc
|/etc
|!/etc
!|/etc
| /etc
! /etc
relative
!relative
""

|
!
yes
no
x86-64
bogus
>=5
!=5
container
uid 0
A=1
~cpu
cpu memory
first
!no
true
$(x)
%n
%z
/a b
"/a"
//etc/./x/
/etc/../x
root
@system
selinux
quiet
< 5.4
=6*
4
>= 1G
ac
ID=debian
~5%`)
const streams = spaced(
  'null tty tty-force tty-fail socket data journal syslog kmsg inherit journal+console kmsg+console syslog+console fd fd:x fd: file:/x file:x append:/x truncate:/x file: append:/%n file:/a/../b file://a//b bogus "null" NULL fd:a:b file:/a\\x20b truncate: fd:\\x41',
)
const directories = [
  ...spaced(
    'a a/b /a a/../b ./a a/ a//b a:b a:b:c a:/b a:b/c "a" %n a%% .. . "" a:"b" private private/a a:a \\x41 a\\:b a\\x3ab ä :a a: %z a/./b ~a -a',
  ),
  'a b c',
  '"a b"',
  'a "b',
  'a:b c:d',
  'a a',
  '/a b',
]
const credentials = [
  ...spaced(
    'a a:/b a:b a: :b a/b:/x a:b:c %n:/x "a:/x" ..:/x a:%t a:x\\x41y a:\\000 ä:x a:%% a:/x/../y a:/x//y a:"x"',
  ),
  'a:b c',
  'a b',
  ' a : b',
  'a:\\n\\t',
  'a:b;c',
  'a:x y  z',
]
const filters = [
  ...spaced(
    '@system-service ~@privileged read write:EPERM read:5 read:kill read:4096 ~read bogus @bogus none AF_INET ~AF_INET AF_BOGUS AF_UNIX af_inet inet 2 yes no net ~net cgroup net,ipc mnt time user "net" native x86 x86-64 bogus-arch x32 arm EPERM eperm 1 4095 4096 0 kill KILL EBOGUS EWOULDBLOCK ENOTSUP noroot keep-caps noroot-locked bogus none ~none',
  ),
  'read write',
  '~read write',
  'net ipc',
  '~net ipc',
  'net bogus',
  'AF_INET AF_INET6',
  '~AF_INET AF_UNIX',
  'none AF_INET',
  'AF_INET none',
  'noroot keep-caps',
  'native x86',
  '"read write"',
  'read ~write',
  'net "ipc',
]
const texts = lines(`plain
two words
"quoted"
a\\tb
a\\x41
%n %i %% %
%z
100%
 x
ä日
a;b #c
a\\\\b
'single'
FIELD=value
lower=1
FOO=a b BAR=c
a=b
man:x(1) http://x file:/x bogus info:x
mailto:x http:/x https://
a.b.c
org.example.Foo
1a.b
.a.b
a..b
org.example-x
:1.5
15/min
5s/10`)

/** What the name of a type begins with or holds → texts. */
const pools: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^yes or no/, booleans],
  [/command line/, commands],
  [/condition/, conditions],
  [/calendar event/, [...calendars, ...spans]],
  [/or soft:hard|nice level/, limits],
  [/time span/, [...spans, ...paths.filter((text) => text.startsWith('/dev'))]],
  [/size/, [...sizes, ...paths.filter((text) => text.startsWith('/dev'))]],
  [/percentage/, [...percents, ...sizes]],
  [/signals/, exitStatuses],
  [/^a signal/, signals],
  [/mode in octal/, modes],
  [/names? of .*(unit|slice|service)s?$/, names],
  [/account/, accounts],
  [/numbers and ranges/, numberSets],
  [/weight/, [...numbers, 'idle', 'IDLE', '10000', '10001', '2', '262144', '262145', '1000', '1001', '10']],
  [/capabilities/, capabilityLists],
  [/NAME=value|names of variables/, environments],
  [/addresses|an address/, addresses],
  [/relative paths/, directories],
  [/NAME:/, credentials],
  [/null, tty|inherit, null/, streams],
  [/AF_INET|cgroup|system calls|EPERM|architectures|noroot/, filters],
  [/path|words|SOURCE|device/, paths],
  [/number/, numbers],
  [/one of/, [...booleans.slice(0, 8), ...numbers.slice(0, 12)]],
]

const everywhere = [
  '',
  '  ',
  '%n',
  '%i',
  '%%',
  '"x"',
  'x\\',
  '# x',
  '\u00a05',
  '5\u00a0',
  'none',
  'infinity',
  '0',
  '-1',
]

const words = /[a-z0-9][a-z0-9-]+/gi

/** Candidates for one directive: those of its type, the words in the type's name, and a few that fit nowhere. */
export const oddValues = (typeName: string): readonly string[] => {
  const own = pools.flatMap(([pattern, texts]) => (pattern.test(typeName) ? texts : []))
  const choices = /^(?:one|some) of |^\w[\w-]* or |^all or|^null|^yes, no/.test(typeName)
    ? (typeName.match(words) ?? []).flatMap((word) => [word, word, word, word.toUpperCase(), `${word}x`])
    : []
  return [
    ...own,
    ...choices.filter((text) => !newer.has(text)),
    ...(own.length === 0 ? [...texts, ...lists] : lists.slice(0, 3)),
    ...everywhere,
  ]
}

/** Words that systemd has since a version after 252. */
const newer = new Set(['notify-reload', 'disconnected'])
