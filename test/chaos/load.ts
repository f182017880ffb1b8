/**
 * The services that a chaos run keeps busy, and the books that they keep of themselves: every start, every line, every exit
 * is written down by the service as well, so that what gitproc says can be held against it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Files = Readonly<Record<string, string>>

/** Books of one service: `NAME.starts` has `invocation pid`, `NAME.exits` `invocation code`, `NAME.posts` `invocation status`. */
export class Books {
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  path(name: string, book: string): string {
    return join(this.#prefix, `${name}.${book}`)
  }

  lines(name: string, book: string): readonly string[] {
    const path = this.path(name, book)
    if (!existsSync(path)) return []
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  }

  /** First word → second word of each line. */
  pairs(name: string, book: string): ReadonlyMap<string, string> {
    return new Map(this.lines(name, book).map((line) => line.split(' ') as [string, string]))
  }
}

export const steady = ['steady-1', 'steady-2', 'steady-3'] as const
export const writers = ['writer-1', 'writer-2', 'writer-3'] as const
export const crashers = ['crasher-1', 'crasher-2', 'crasher-3'] as const
export const forkers = ['forker-1', 'forker-2'] as const
/** Changed by commits: a stubborn one, which ignores SIGTERM, one that notifies, and a plain one. */
export const changing = ['stubborn', 'notifier', 'plain'] as const

export const everyService = [...steady, ...writers, ...crashers, ...forkers, ...changing]

/** Two of one service at once cannot both have its lock: the second writes that down. */
const opening = (books: Books, name: string): string =>
  `echo $$INVOCATION_ID $$$$ >>${books.path(name, 'starts')}; exec 9>>${books.path(name, 'lock')}; flock -n 9 || echo $$$$ >>${books.path(name, 'twice')}`

const shell = (script: string): string => `/bin/sh -c '${script}'`

const counting = (name: string): string =>
  `n=0; while :; do n=$$((n+1)); echo ${name} $$INVOCATION_ID $$n; sleep 0.0$$((n % 5 + 1)); done`

/** What gitproc believes of each ending, as ExecStopPost= is told. */
const post = (books: Books, name: string): string =>
  `ExecStopPost=${shell(`echo $$INVOCATION_ID $$SERVICE_RESULT $$EXIT_CODE $$EXIT_STATUS >>${books.path(name, 'posts')}`)}`

export function steadyLoad(books: Books): Files {
  const files: Record<string, string> = {}
  for (const name of steady)
    files[`${name}.service`] = `[Service]\nExecStart=${shell(`${opening(books, name)}; exec sleep 100000`)}\n`
  for (const name of writers)
    files[`${name}.service`] = `[Service]\nExecStart=${shell(`${opening(books, name)}; ${counting(name)}`)}\n`
  for (const name of crashers) files[`${name}.service`] = crasher(books, name)
  for (const name of forkers) files[`${name}.service`] = forker(books, name)
  return files
}

/** Exits with a status of its own each time, written down before; now and then by a signal. */
function crasher(books: Books, name: string): string {
  const choose = `c=$$(( ($$$$ + $$(wc -l <${books.path(name, 'starts')}) * 7) % 120 + 1))`
  const note = `echo $$INVOCATION_ID $$c >>${books.path(name, 'exits')}`
  const signal = `[ $$((c % 5)) -ne 0 ] || { echo $$INVOCATION_ID KILL >>${books.path(name, 'exits')}; kill -KILL $$$$; }`
  const script = `${opening(books, name)}; ${choose}; sleep 0.$$((c % 10)); ${signal}; ${note}; exit $$c`
  return `[Service]\nExecStart=${shell(script)}\n${post(books, name)}\nRestart=always\nRestartSec=${name === 'crasher-1' ? 0 : '50ms'}\nStartLimitBurst=0\n`
}

/** Forks twice and leaves a daemon that nobody waits for. */
function forker(books: Books, name: string): string {
  const pidFile = books.path(name, 'pid')
  const inner = `echo $$INVOCATION_ID $$$$ >>${books.path(name, 'starts')}; echo $$$$ >${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 100000`
  const script = `(setsid sh -c "${inner.replaceAll('$$$$', '\\$$\\$$')}" </dev/null &) ; exit 0`
  return `[Service]\nType=forking\nPIDFile=${pidFile}\nExecStart=${shell(script)}\n`
}

/** The part of the folder that commits change; `version` is in every command line. */
export function changingLoad(books: Books, version: number): Files {
  const trap = 'trap "" TERM'
  return {
    'stubborn.service': `[Service]\nExecStart=${shell(`: v${version}; ${trap}; ${opening(books, 'stubborn')}; ${counting('stubborn')}`)}\nTimeoutStopSec=200ms\nRestart=on-failure\nRestartSec=0\n`,
    'notifier.service': `[Service]\nType=notify\nExecStart=${shell(`: v${version}; ${opening(books, 'notifier')}; exec perl ${books.path('notifier', 'pl')} ${version}`)}\nTimeoutStartSec=10s\nRestart=on-failure\nRestartSec=0\nStartLimitBurst=0\n`,
    'plain.service': `[Service]\nExecStart=${shell(`: v${version}; ${opening(books, 'plain')}; ${counting('plain')}`)}\nRestart=always\nRestartSec=0\nStartLimitBurst=0\n`,
  }
}

/** A definition that fails, and is taken back with all that was committed beside it. */
export const failing: Files = { 'plain.service': '[Service]\nExecStart=/bin/false\n' }

/** Says READY=1 once, as a service does: not again when nobody was there to hear it. */
export const notifierProgram = `use strict;
use Socket;
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
select(undef, undef, undef, 0.05 + rand 0.1);
send($socket, "READY=1\\nSTATUS=version $ARGV[0]", 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET})) or warn "unheard: $!\\n";
sleep 100 while 1;
`
