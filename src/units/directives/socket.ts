/** Rows of `[Socket]` that sockets alone have (systemd.socket(5)). */
import { account } from '../value-types/account.ts'
import { boolean } from '../value-types/boolean.ts'
import { choice, choiceOrBoolean } from '../value-types/choice.ts'
import { collection } from '../value-types/collection.ts'
import { commands } from '../value-types/command.ts'
import { integer, long, unsigned } from '../value-types/integer.ts'
import { listenAddresses, listenKinds } from '../value-types/listen.ts'
import { fileMode } from '../value-types/mode.ts'
import { absolutePaths } from '../value-types/path.ts'
import { ipTypeOfService } from '../value-types/scheduling.ts'
import { size } from '../value-types/size.ts'
import { isDescriptorName } from '../value-types/stream.ts'
import { checkedText, text } from '../value-types/text.ts'
import { timeout, timeSpan } from '../value-types/time.ts'
import { unitName } from '../value-types/unit-names.ts'
import { rowsOf } from './row.ts'

const { enforced, accepted, unsupported } = rowsOf('systemd.socket(5)')

/** As the kernel takes them. */
const interfaceName = checkedText('the name of a network interface', (name) =>
  /^(?!\d+$|\.\.?$)[^\s/:%]{1,15}$/.test(name),
)

const without = 'the socket is made without it'

export const socketDirectives = {
  /** Every `Listen…=`, in the order written; the spellings are aliases. */
  Listen: enforced(collection(listenKinds, listenAddresses), 'restart', []),
  SocketProtocol: unsupported(choice(['udplite', 'sctp', 'mptcp']), undefined, without),
  BindIPv6Only: enforced(
    choiceOrBoolean(['default', 'both', 'ipv6-only'], { yes: 'ipv6-only', no: 'both' }),
    'restart',
    'default',
  ),
  Backlog: enforced(unsigned, 'restart', 2 ** 31 - 1),
  BindToDevice: unsupported(interfaceName, undefined, without),
  SocketUser: enforced(account, 'restart'),
  SocketGroup: enforced(account, 'restart'),
  SocketMode: enforced(fileMode, 'restart', 0o666),
  DirectoryMode: enforced(fileMode, 'restart', 0o755),
  Accept: enforced(boolean, 'restart', false),
  Writable: unsupported(boolean, false, without),
  FlushPending: unsupported(boolean, false, without),
  MaxConnections: enforced(unsigned, 'live', 64),
  MaxConnectionsPerSource: unsupported(unsigned, 0, without),
  KeepAlive: unsupported(boolean, false, without),
  KeepAliveTimeSec: unsupported(timeSpan, 0, without),
  KeepAliveIntervalSec: unsupported(timeSpan, 0, without),
  KeepAliveProbes: unsupported(unsigned, 0, without),
  NoDelay: unsupported(boolean, false, without),
  Priority: unsupported(integer, -1, without),
  DeferAcceptSec: unsupported(timeSpan, 0, without),
  ReceiveBuffer: unsupported(size, 0, without),
  SendBuffer: unsupported(size, 0, without),
  IPTOS: unsupported(ipTypeOfService, -1, without),
  IPTTL: unsupported(integer, -1, without),
  Mark: unsupported(integer, -1, without),
  ReusePort: unsupported(boolean, false, without),
  SmackLabel: unsupported(text, undefined, without),
  SmackLabelIPIn: unsupported(text, undefined, without),
  SmackLabelIPOut: unsupported(text, undefined, without),
  SELinuxContextFromNet: unsupported(boolean, false, without),
  PipeSize: unsupported(size, 0, without),
  MessageQueueMaxMessages: unsupported(long, 0, without),
  MessageQueueMessageSize: unsupported(long, 0, without),
  FreeBind: unsupported(boolean, false, without),
  Transparent: unsupported(boolean, false, without),
  Broadcast: unsupported(boolean, false, without),
  PassCredentials: unsupported(boolean, false, without),
  PassSecurity: unsupported(boolean, false, without),
  PassPacketInfo: unsupported(boolean, false, without),
  PassPIDFD: unsupported(boolean, false, without),
  PassFileDescriptorsToExec: unsupported(boolean, false, without),
  AcceptFileDescriptors: unsupported(boolean, true, without),
  Timestamping: unsupported(
    choiceOrBoolean(
      ['off', 'us', 'ns'],
      { yes: 'ns', no: 'off' },
      { usec: 'us', µs: 'us', μs: 'us', nsec: 'ns' },
    ),
    'off',
    without,
  ),
  TCPCongestion: unsupported(text, undefined, without),
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
  TriggerLimitIntervalSec: enforced(timeSpan, 'live'),
  TriggerLimitBurst: enforced(unsigned, 'live'),
  PollLimitIntervalSec: unsupported(timeSpan, undefined, without),
  PollLimitBurst: unsupported(unsigned, undefined, without),
  DeferTrigger: unsupported(
    choiceOrBoolean(['no', 'yes', 'patient'], { yes: 'yes', no: 'no' }),
    'no',
    without,
  ),
  DeferTriggerMaxSec: unsupported(timeSpan, undefined, without),
} as const
