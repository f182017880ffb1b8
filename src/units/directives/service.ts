/** Rows of `[Service]` that services alone have (systemd.service(5)). */
import { boolean } from '../value-types/boolean.ts'
import { choice } from '../value-types/choice.ts'
import { commands } from '../value-types/command.ts'
import { exitStatusSet } from '../value-types/exit-status.ts'
import { unsigned } from '../value-types/integer.ts'
import { absolutePath, pidFile } from '../value-types/path.ts'
import { signal } from '../value-types/signal.ts'
import { checkedText, text } from '../value-types/text.ts'
import { timeout, timeSpan } from '../value-types/time.ts'
import { socketNames } from '../value-types/unit-names.ts'
import { neverEmpty, resettable } from '../value-types/value-type.ts'
import { rowsOf } from './row.ts'

const { enforced, unsupported } = rowsOf('systemd.service(5)')

const isBusName = (name: string): boolean =>
  name.length <= 255 && /^[A-Za-z_-][A-Za-z0-9_-]*(?:\.[A-Za-z_-][A-Za-z0-9_-]*)+$/.test(name)

const failureMode = choice(['terminate', 'abort', 'kill'])
const noBus = 'there is no message bus: the service counts as started without its name'

export const serviceDirectives = {
  Type: enforced(
    choice(['simple', 'exec', 'forking', 'oneshot', 'dbus', 'notify', 'notify-reload', 'idle']),
    'restart',
    'simple',
  ),
  ExitType: enforced(choice(['main', 'cgroup']), 'restart', 'main'),
  RemainAfterExit: enforced(boolean, 'live', false),
  GuessMainPID: enforced(boolean, 'restart', true),
  PIDFile: enforced(pidFile, 'restart'),
  BusName: unsupported(neverEmpty(checkedText('the name of a bus service', isBusName)), undefined, noBus),
  NotifyAccess: enforced(choice(['none', 'main', 'exec', 'all']), 'restart', 'none'),
  ReloadSignal: enforced(signal, 'live', 'SIGHUP'),

  ExecCondition: enforced(commands, 'restart', []),
  ExecStartPre: enforced(commands, 'restart', []),
  ExecStart: enforced(commands, 'restart', []),
  ExecStartPost: enforced(commands, 'restart', []),
  ExecReload: enforced(commands, 'live', []),
  ExecStop: enforced(commands, 'live', []),
  ExecStopPost: enforced(commands, 'live', []),
  /** What `+` before every other command does now. */
  PermissionsStartOnly: unsupported(
    boolean,
    false,
    'every command runs as User=: write "+" before those that need more',
  ),
  RootDirectoryStartOnly: unsupported(boolean, false),

  Restart: enforced(
    choice(['no', 'on-success', 'on-failure', 'on-abnormal', 'on-watchdog', 'on-abort', 'always']),
    'live',
    'no',
  ),
  RestartMode: unsupported(
    choice(['normal', 'direct']),
    'normal',
    'a restart passes through the failed state',
  ),
  RestartSec: enforced(timeSpan, 'live', 100e3),
  RestartSteps: enforced(unsigned, 'live', 0),
  RestartMaxDelaySec: enforced(timeSpan, 'live', Number.POSITIVE_INFINITY),
  SuccessExitStatus: enforced(exitStatusSet, 'live', { statuses: [], signals: [] }),
  RestartPreventExitStatus: enforced(exitStatusSet, 'live', { statuses: [], signals: [] }),
  RestartForceExitStatus: enforced(exitStatusSet, 'live', { statuses: [], signals: [] }),

  TimeoutStartSec: enforced(timeout, 'live', 90e6),
  TimeoutStopSec: enforced(timeout, 'live', 90e6),
  TimeoutAbortSec: enforced(resettable(timeSpan), 'live'),
  TimeoutStartFailureMode: enforced(failureMode, 'live', 'terminate'),
  TimeoutStopFailureMode: enforced(failureMode, 'live', 'terminate'),
  RuntimeMaxSec: enforced(timeSpan, 'live', Number.POSITIVE_INFINITY),
  RuntimeRandomizedExtraSec: enforced(timeSpan, 'live', 0),
  WatchdogSec: enforced(timeSpan, 'restart', 0),

  OOMPolicy: enforced(resettable(choice(['continue', 'stop', 'kill'])), 'live'),
  NonBlocking: enforced(boolean, 'restart', false),
  Sockets: enforced(socketNames, 'restart', []),
  FileDescriptorStoreMax: enforced(unsigned, 'live', 0),
  FileDescriptorStorePreserve: enforced(choice(['no', 'yes', 'restart']), 'live', 'restart'),
  OpenFile: unsupported(text),
  USBFunctionDescriptors: unsupported(absolutePath),
  USBFunctionStrings: unsupported(absolutePath),
} as const
