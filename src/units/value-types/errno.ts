/** Errors of the kernel by name (errno(3), numbers of Linux on x86 and ARM). */
import type { ValueType } from '../directive.ts'
import { parseIntegerIn } from './integer.ts'
import { resettable, wanted } from './value-type.ts'

/** From 1 on; `-` where Linux has no error of that number. */
const names = (
  'PERM NOENT SRCH INTR IO NXIO 2BIG NOEXEC BADF CHILD AGAIN NOMEM ACCES FAULT NOTBLK BUSY EXIST XDEV NODEV NOTDIR ISDIR ' +
  'INVAL NFILE MFILE NOTTY TXTBSY FBIG NOSPC SPIPE ROFS MLINK PIPE DOM RANGE DEADLK NAMETOOLONG NOLCK NOSYS NOTEMPTY LOOP ' +
  '- NOMSG IDRM CHRNG L2NSYNC L3HLT L3RST LNRNG UNATCH NOCSI L2HLT BADE BADR XFULL NOANO BADRQC BADSLT - BFONT NOSTR NODATA ' +
  'TIME NOSR NONET NOPKG REMOTE NOLINK ADV SRMNT COMM PROTO MULTIHOP DOTDOT BADMSG OVERFLOW NOTUNIQ BADFD REMCHG LIBACC ' +
  'LIBBAD LIBSCN LIBMAX LIBEXEC ILSEQ RESTART STRPIPE USERS NOTSOCK DESTADDRREQ MSGSIZE PROTOTYPE NOPROTOOPT ' +
  'PROTONOSUPPORT SOCKTNOSUPPORT OPNOTSUPP PFNOSUPPORT AFNOSUPPORT ADDRINUSE ADDRNOTAVAIL NETDOWN NETUNREACH NETRESET ' +
  'CONNABORTED CONNRESET NOBUFS ISCONN NOTCONN SHUTDOWN TOOMANYREFS TIMEDOUT CONNREFUSED HOSTDOWN HOSTUNREACH ALREADY ' +
  'INPROGRESS STALE UCLEAN NOTNAM NAVAIL ISNAM REMOTEIO DQUOT NOMEDIUM MEDIUMTYPE CANCELED NOKEY KEYEXPIRED KEYREVOKED ' +
  'KEYREJECTED OWNERDEAD NOTRECOVERABLE RFKILL HWPOISON'
).split(' ')

const otherNames: Readonly<Record<string, string>> = {
  EWOULDBLOCK: 'EAGAIN',
  EDEADLOCK: 'EDEADLK',
  ENOTSUP: 'EOPNOTSUPP',
}

/** A name such as EPERM, in any case, or a number up to the kernel's highest. */
export const parseErrno = (text: string): number | undefined => {
  const number = parseIntegerIn(text, { from: 1, to: 4095 })
  if (number !== undefined) return number
  const written = text.toUpperCase()
  const at = names.findIndex((name) => `E${name}` === (otherNames[written] ?? written))
  return at < 0 ? undefined : at + 1
}

/** `kill`, or the error that a denied call gives. */
export const deniedCallAnswer: ValueType<number | 'kill'> = resettable({
  name: 'kill, or an error such as EPERM',
  assign: (previous, text) => {
    const value = text === 'kill' ? text : parseErrno(text)
    return value === undefined
      ? { value: previous, problem: wanted('kill, or an error such as EPERM', text) }
      : { value }
  },
  print: (value) =>
    value === 'kill' ? value : names[value - 1] === undefined ? String(value) : `E${names[value - 1]}`,
})
