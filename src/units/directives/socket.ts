/** Rows of `[Socket]` that sockets alone have (systemd.socket(5)). */
import { account } from '../value-types/account.ts'
import { boolean } from '../value-types/boolean.ts'
import { choice, choiceOrBoolean } from '../value-types/choice.ts'
import { collection } from '../value-types/collection.ts'
import { commands } from '../value-types/command.ts'
import { integer, limitBurst, long, unsigned } from '../value-types/integer.ts'
import { listenAddresses, listenKinds } from '../value-types/listen.ts'
import { fileMode } from '../value-types/mode.ts'
import { absolutePaths } from '../value-types/path.ts'
import { ipTypeOfService } from '../value-types/scheduling.ts'
import { size } from '../value-types/size.ts'
import { isDescriptorName } from '../value-types/stream.ts'
import { checkedText, text } from '../value-types/text.ts'
import { limitInterval, timeout, timeSpan } from '../value-types/time.ts'
import { unitName } from '../value-types/unit-names.ts'
import { rowsOf } from './row.ts'

const { accepted, enforced, unsupported } = rowsOf('systemd.socket(5)')

/** As the kernel takes them. */
const interfaceName = checkedText('the name of a network interface', (name) =>
  /^(?!\d+$|\.\.?$)[^\s/:%]{1,15}$/.test(name),
)

const notListening = 'the socket is made without it'

export const socketDirectives = {
  /** Every `Listen…=`, in the order written; the spellings are aliases. */
  Listen: enforced(collection(listenKinds, listenAddresses), 'restart', []),
  SocketProtocol: enforced(choice(['udplite', 'sctp', 'mptcp']), 'restart'),
  BindIPv6Only: enforced(
    choiceOrBoolean(['default', 'both', 'ipv6-only'], { yes: 'ipv6-only', no: 'both' }),
    'restart',
    'default',
  ),
  Backlog: enforced(unsigned, 'restart', 2 ** 31 - 1),
  BindToDevice: enforced(interfaceName, 'restart'),
  SocketUser: enforced(account, 'restart'),
  SocketGroup: enforced(account, 'restart'),
  SocketMode: enforced(fileMode, 'restart', 0o666),
  DirectoryMode: enforced(fileMode, 'restart', 0o755),
  Accept: enforced(boolean, 'restart', false),
  Writable: unsupported(boolean, false, notListening),
  FlushPending: enforced(boolean, 'live', false),
  MaxConnections: enforced(unsigned, 'live', 64),
  MaxConnectionsPerSource: enforced(unsigned, 'live', 0),
  KeepAlive: enforced(boolean, 'restart', false),
  KeepAliveTimeSec: enforced(timeSpan, 'restart', 0),
  KeepAliveIntervalSec: enforced(timeSpan, 'restart', 0),
  KeepAliveProbes: enforced(unsigned, 'restart', 0),
  NoDelay: enforced(boolean, 'restart', false),
  Priority: enforced(integer, 'restart', -1),
  DeferAcceptSec: enforced(timeSpan, 'restart', 0),
  ReceiveBuffer: enforced(size, 'restart', 0),
  SendBuffer: enforced(size, 'restart', 0),
  IPTOS: enforced(ipTypeOfService, 'restart', -1),
  IPTTL: enforced(integer, 'restart', -1),
  Mark: enforced(integer, 'restart', -1),
  ReusePort: enforced(boolean, 'restart', false),
  SmackLabel: unsupported(text, undefined, notListening),
  SmackLabelIPIn: unsupported(text, undefined, notListening),
  SmackLabelIPOut: unsupported(text, undefined, notListening),
  SELinuxContextFromNet: unsupported(boolean, false, notListening),
  PipeSize: enforced(size, 'restart', 0),
  MessageQueueMaxMessages: unsupported(long, 0, notListening),
  MessageQueueMessageSize: unsupported(long, 0, notListening),
  FreeBind: enforced(boolean, 'restart', false),
  Transparent: enforced(boolean, 'restart', false),
  Broadcast: enforced(boolean, 'restart', false),
  PassCredentials: enforced(boolean, 'restart', false),
  PassSecurity: enforced(boolean, 'restart', false),
  PassPacketInfo: enforced(boolean, 'restart', false),
  PassPIDFD: unsupported(boolean, false, notListening),
  PassFileDescriptorsToExec: unsupported(boolean, false, notListening),
  AcceptFileDescriptors: unsupported(boolean, true, notListening),
  Timestamping: unsupported(
    choiceOrBoolean(
      ['off', 'us', 'ns'],
      { yes: 'ns', no: 'off' },
      { usec: 'us', µs: 'us', μs: 'us', nsec: 'ns' },
    ),
    'off',
    notListening,
  ),
  TCPCongestion: enforced(text, 'restart'),
  ExecStartPre: unsupported(commands, [], 'the command is not run'),
  ExecStartPost: unsupported(commands, [], 'the command is not run'),
  ExecStopPre: unsupported(commands, [], 'the command is not run'),
  ExecStopPost: unsupported(commands, [], 'the command is not run'),
  TimeoutSec: accepted(timeout, 90e6),
  /** Where not set, the service of the socket's own name. */
  Service: enforced(unitName(['service']), 'restart'),
  RemoveOnStop: enforced(boolean, 'live', false),
  Symlinks: enforced(absolutePaths, 'restart', []),
  FileDescriptorName: enforced(
    checkedText('at most 255 printable characters without a colon', isDescriptorName),
    'restart',
  ),
  TriggerLimitIntervalSec: enforced(limitInterval, 'live'),
  TriggerLimitBurst: enforced(limitBurst, 'live'),
  PollLimitIntervalSec: unsupported(timeSpan, undefined, 'the socket is watched without it'),
  PollLimitBurst: unsupported(unsigned, undefined, 'the socket is watched without it'),
  DeferTrigger: unsupported(
    choiceOrBoolean(['no', 'yes', 'patient'], { yes: 'yes', no: 'no' }),
    'no',
    notListening,
  ),
  DeferTriggerMaxSec: unsupported(timeSpan, undefined, notListening),
} as const
