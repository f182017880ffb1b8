/** How a process ended, in words: `exit 78 (CONFIG)`, `killed by SIGKILL (out of memory)`. */
import type { ExitRecord } from '../../base/exit.ts'

/** The names that sysexits.h and systemd.exec(5) give to statuses that are not a program's own affair. */
const statusNames: Readonly<Record<number, string>> = {
  64: 'USAGE',
  65: 'DATAERR',
  66: 'NOINPUT',
  67: 'NOUSER',
  68: 'NOHOST',
  69: 'UNAVAILABLE',
  70: 'SOFTWARE',
  71: 'OSERR',
  72: 'OSFILE',
  73: 'CANTCREAT',
  74: 'IOERR',
  75: 'TEMPFAIL',
  76: 'PROTOCOL',
  77: 'NOPERM',
  78: 'CONFIG',
}

export const exitWords = (record: ExitRecord): string => `${verdict(record)}${remark(record)}`

/** Without names and remarks, for columns: `exit 78`, `SIGKILL`. */
export const briefExit = ({ exit }: ExitRecord): string => {
  switch (exit.kind) {
    case 'exited':
      return `exit ${exit.code}`
    case 'killed':
      return exit.signal
    case 'unknown':
      return 'exit unknown'
  }
}

const verdict = ({ exit, failedStep }: ExitRecord): string => {
  switch (exit.kind) {
    case 'exited': {
      const name = failedStep ?? statusNames[exit.code]
      return `exit ${exit.code}${name === undefined ? '' : ` (${name})`}`
    }
    case 'killed':
      return `killed by ${exit.signal}${exit.dumpedCore ? ', core dumped' : ''}`
    case 'unknown':
      return `exit unknown: ${exit.why}`
  }
}

const remark = ({ oomKilled, ambiguous }: ExitRecord): string => {
  if (oomKilled) return ' (out of memory)'
  return ambiguous ? ' (code or signal, the shell cannot tell)' : ''
}
