/** Every command: its summary for the list, and the module that is loaded only when it runs. */
import type { GitprocCommandClass } from './gitproc-command.ts'

export interface CommandEntry {
  readonly group: 'Look' | 'Change' | 'Unit files' | 'Daemon'
  readonly summary: string
  readonly load: () => Promise<{ readonly default: GitprocCommandClass }>
}

export const commandTable: Readonly<Record<string, CommandEntry>> = {
  status: {
    group: 'Look',
    summary: 'what runs, at which commit, how it is, and what wants attention',
    load: () => import('./commands/status.ts'),
  },
  list: { group: 'Look', summary: 'the units alone, as a table', load: () => import('./commands/list.ts') },
  'list-timers': {
    group: 'Look',
    summary: 'when timers elapse next, when they last did, and what they start',
    load: () => import('./commands/list-timers.ts'),
  },
  top: {
    group: 'Look',
    summary: 'units as they run: CPU, memory, restarts, and the log of one',
    load: () => import('./commands/top.ts'),
  },
  logs: {
    group: 'Look',
    summary: 'what services wrote, and what happened to them',
    load: () => import('./commands/logs.ts'),
  },
  history: {
    group: 'Look',
    summary: 'generations: what was deployed and what came of it',
    load: () => import('./commands/history.ts'),
  },
  why: {
    group: 'Look',
    summary: 'one paragraph from commit to effect',
    load: () => import('./commands/why.ts'),
  },
  events: {
    group: 'Look',
    summary: 'what happens, as it happens',
    load: () => import('./commands/events.ts'),
  },
  start: {
    group: 'Change',
    summary: 'start units, and end their holds',
    load: () => import('./commands/start.ts'),
  },
  resume: {
    group: 'Change',
    summary: 'apply commits again; or end the holds of units, and start them',
    load: () => import('./commands/resume.ts'),
  },
  stop: {
    group: 'Change',
    summary: 'stop units and hold them stopped',
    load: () => import('./commands/stop.ts'),
  },
  restart: { group: 'Change', summary: 'restart units', load: () => import('./commands/restart.ts') },
  reload: {
    group: 'Change',
    summary: 'ask units to read their configuration again',
    load: () => import('./commands/reload.ts'),
  },
  kill: {
    group: 'Change',
    summary: 'send a signal to the processes of units',
    load: () => import('./commands/kill.ts'),
  },
  send: {
    group: 'Change',
    summary: 'write a line to the pipe that a unit reads',
    load: () => import('./commands/send.ts'),
  },
  freeze: {
    group: 'Change',
    summary: 'hold the processes of units where they are',
    load: () => import('./commands/freeze.ts'),
  },
  thaw: {
    group: 'Change',
    summary: 'let frozen units go on',
    load: () => import('./commands/thaw.ts'),
  },
  sync: {
    group: 'Change',
    summary: 'look at the branch now, and apply what is new',
    load: () => import('./commands/sync.ts'),
  },
  rollback: {
    group: 'Change',
    summary: 'go back to an earlier commit, by a new commit',
    load: () => import('./commands/rollback.ts'),
  },
  cancel: {
    group: 'Change',
    summary: 'end the running deployment, and take it back',
    load: () => import('./commands/cancel.ts'),
  },
  confirm: {
    group: 'Change',
    summary: 'keep what sync --confirm applied',
    load: () => import('./commands/confirm.ts'),
  },
  suspend: {
    group: 'Change',
    summary: 'apply no commit until resume; services go on',
    load: () => import('./commands/suspend.ts'),
  },
  plan: {
    group: 'Change',
    summary: 'what applying a revision would do, and why',
    load: () => import('./commands/plan.ts'),
  },
  bisect: {
    group: 'Look',
    summary: 'find the commit that broke a service',
    load: () => import('./commands/bisect.ts'),
  },
  verify: {
    group: 'Unit files',
    summary: 'check unit files: every finding with file, line and column',
    load: () => import('./commands/verify.ts'),
  },
  cat: {
    group: 'Unit files',
    summary: 'a unit and its drop-ins, each line with its origin',
    load: () => import('./commands/cat.ts'),
  },
  show: {
    group: 'Unit files',
    summary: 'a unit as gitproc understands it',
    load: () => import('./commands/show.ts'),
  },
  run: {
    group: 'Unit files',
    summary: 'run a service once, in the foreground, before it is committed',
    load: () => import('./commands/run.ts'),
  },
  analyze: {
    group: 'Unit files',
    summary: 'what calendar events and time spans mean; how services are shut in',
    load: () => import('./commands/analyze.ts'),
  },
  escape: {
    group: 'Unit files',
    summary: 'strings and paths as parts of unit names, and back',
    load: () => import('./commands/escape.ts'),
  },
  init: {
    group: 'Daemon',
    summary: 'make a repository for unit files',
    load: () => import('./commands/init.ts'),
  },
  daemon: {
    group: 'Daemon',
    summary: 'watch the branch and keep its units running',
    load: () => import('./commands/daemon.ts'),
  },
  hostkey: {
    group: 'Daemon',
    summary: 'ssh servers that a remote may be fetched from',
    load: () => import('./commands/hostkey.ts'),
  },
  'log-level': {
    group: 'Daemon',
    summary: "how much the running daemon's own log says",
    load: () => import('./commands/log-level.ts'),
  },
  completion: {
    group: 'Daemon',
    summary: 'completion of commands and units for bash and zsh',
    load: () => import('./commands/completion.ts'),
  },
}
