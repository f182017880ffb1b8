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

const { accepted, unsupported } = rowsOf('systemd.socket(5)')

/** As the kernel takes them. */
const interfaceName = checkedText('the name of a network interface', (name) =>
  /^(?!\d+$|\.\.?$)[^\s/:%]{1,15}$/.test(name),
)

const notListening = 'gitproc does not listen on the socket'

export const socketDirectives = {
  /** Every `Listen…=`, in the order written; the spellings are aliases. */
  Listen: unsupported(collection(listenKinds, listenAddresses), [], notListening),
  SocketProtocol: unsupported(choice(['udplite', 'sctp', 'mptcp']), undefined, notListening),
  BindIPv6Only: unsupported(
    choiceOrBoolean(['default', 'both', 'ipv6-only'], { yes: 'ipv6-only', no: 'both' }),
    'default',
    notListening,
  ),
  Backlog: unsupported(unsigned, 2 ** 31 - 1, notListening),
  BindToDevice: unsupported(interfaceName, undefined, notListening),
  SocketUser: unsupported(account, undefined, notListening),
  SocketGroup: unsupported(account, undefined, notListening),
  SocketMode: unsupported(fileMode, 0o666, notListening),
  DirectoryMode: unsupported(fileMode, 0o755, notListening),
  Accept: unsupported(boolean, false, notListening),
  Writable: unsupported(boolean, false, notListening),
  FlushPending: unsupported(boolean, false, notListening),
  MaxConnections: unsupported(unsigned, 64, notListening),
  MaxConnectionsPerSource: unsupported(unsigned, 0, notListening),
  KeepAlive: unsupported(boolean, false, notListening),
  KeepAliveTimeSec: unsupported(timeSpan, 0, notListening),
  KeepAliveIntervalSec: unsupported(timeSpan, 0, notListening),
  KeepAliveProbes: unsupported(unsigned, 0, notListening),
  NoDelay: unsupported(boolean, false, notListening),
  Priority: unsupported(integer, -1, notListening),
  DeferAcceptSec: unsupported(timeSpan, 0, notListening),
  ReceiveBuffer: unsupported(size, 0, notListening),
  SendBuffer: unsupported(size, 0, notListening),
  IPTOS: unsupported(ipTypeOfService, -1, notListening),
  IPTTL: unsupported(integer, -1, notListening),
  Mark: unsupported(integer, -1, notListening),
  ReusePort: unsupported(boolean, false, notListening),
  SmackLabel: unsupported(text, undefined, notListening),
  SmackLabelIPIn: unsupported(text, undefined, notListening),
  SmackLabelIPOut: unsupported(text, undefined, notListening),
  SELinuxContextFromNet: unsupported(boolean, false, notListening),
  PipeSize: unsupported(size, 0, notListening),
  MessageQueueMaxMessages: unsupported(long, 0, notListening),
  MessageQueueMessageSize: unsupported(long, 0, notListening),
  FreeBind: unsupported(boolean, false, notListening),
  Transparent: unsupported(boolean, false, notListening),
  Broadcast: unsupported(boolean, false, notListening),
  PassCredentials: unsupported(boolean, false, notListening),
  PassSecurity: unsupported(boolean, false, notListening),
  PassPacketInfo: unsupported(boolean, false, notListening),
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
  TCPCongestion: unsupported(text, undefined, notListening),
  ExecStartPre: unsupported(commands, [], 'the command is not run'),
  ExecStartPost: unsupported(commands, [], 'the command is not run'),
  ExecStopPre: unsupported(commands, [], 'the command is not run'),
  ExecStopPost: unsupported(commands, [], 'the command is not run'),
  TimeoutSec: accepted(timeout, 90e6),
  /** Where not set, the service of the socket's own name. */
  Service: unsupported(unitName(['service']), undefined, notListening),
  RemoveOnStop: unsupported(boolean, false, notListening),
  Symlinks: unsupported(absolutePaths, [], notListening),
  FileDescriptorName: unsupported(
    checkedText('at most 255 printable characters without a colon', isDescriptorName),
    undefined,
    notListening,
  ),
  TriggerLimitIntervalSec: unsupported(timeSpan, undefined, notListening),
  TriggerLimitBurst: unsupported(unsigned, undefined, notListening),
  PollLimitIntervalSec: unsupported(timeSpan, undefined, notListening),
  PollLimitBurst: unsupported(unsigned, undefined, notListening),
  DeferTrigger: unsupported(
    choiceOrBoolean(['no', 'yes', 'patient'], { yes: 'yes', no: 'no' }),
    'no',
    notListening,
  ),
  DeferTriggerMaxSec: unsupported(timeSpan, undefined, notListening),
} as const
