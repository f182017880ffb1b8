/** System calls by the numbers of another architecture: the way around a filter that looks at numbers alone. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { InsideView } from '../support/look-inside.ts'

const name = 'made-by-32-bits'
const base = 0x400000
const headers = 64 + 56

/** A whole program: makes a folder by one call, then exits with its errno. Written here byte by byte, so that no compiler is needed. */
function program(call: readonly number[], nameRegister: readonly number[]): Buffer {
  const after = [
    ...[0x89, 0xc7], // mov edi, eax
    ...[0x85, 0xff], // test edi, edi
    ...[0x79, 0x02], // jns fine
    ...[0xf7, 0xdf], // neg edi
    ...[0xb8, 60, 0, 0, 0], // fine: mov eax, exit
    ...[0x0f, 0x05], // syscall
  ]
  const length = nameRegister.length + 4 + call.length + after.length
  const address = Buffer.alloc(4)
  address.writeUInt32LE(base + headers + length)
  const code = Buffer.from([...nameRegister, ...address, ...call, ...after])
  const body = Buffer.concat([code, Buffer.from(`${name}\0`)])
  return Buffer.concat([elfHeader(), loadHeader(body.length), body])
}

function elfHeader(): Buffer {
  const header = Buffer.alloc(64)
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  header.writeUInt16LE(2, 16) // executable
  header.writeUInt16LE(62, 18) // x86-64
  header.writeUInt32LE(1, 20)
  header.writeBigUInt64LE(BigInt(base + headers), 24)
  header.writeBigUInt64LE(64n, 32)
  header.writeUInt16LE(64, 52)
  header.writeUInt16LE(56, 54)
  header.writeUInt16LE(1, 56)
  return header
}

function loadHeader(length: number): Buffer {
  const header = Buffer.alloc(56)
  header.writeUInt32LE(1, 0) // PT_LOAD
  header.writeUInt32LE(5, 4) // readable, executable
  header.writeBigUInt64LE(BigInt(base), 16)
  header.writeBigUInt64LE(BigInt(base), 24)
  header.writeBigUInt64LE(BigInt(headers + length), 32)
  header.writeBigUInt64LE(BigInt(headers + length), 40)
  header.writeBigUInt64LE(4096n, 48)
  return header
}

/** mkdir(name, 0755): 39 is its number by int 0x80, 83 by syscall, and 83 with bit 30 that of x32. */
const by = {
  native: program([0xbe, 0xed, 1, 0, 0, 0xb8, 83, 0, 0, 0, 0x0f, 0x05], [0xbf]),
  i386: program([0xb9, 0xed, 1, 0, 0, 0xb8, 39, 0, 0, 0, 0xcd, 0x80], [0xbb]),
  x32: program([0xbe, 0xed, 1, 0, 0, 0xb8, 83, 0, 0, 0x40, 0x0f, 0x05], [0xbf]),
}

const reason =
  process.getuid?.() !== 0 ? 'needs root' : process.arch !== 'x64' ? 'the program is for x86-64' : false

describe('calls of another architecture', { skip: reason }, () => {
  let view: InsideView
  before(async () => {
    view = await InsideView.open()
    mkdirSync(view.path('in'))
    for (const [kind, bytes] of Object.entries(by)) {
      writeFileSync(view.path(kind), bytes)
      chmodSync(view.path(kind), 0o755)
    }
  })
  after(() => view.close())

  /** How the program ends in the service, and whether there is a folder. */
  async function tryIt(kind: keyof typeof by, lines: string) {
    rmSync(view.path('in', name), { recursive: true, force: true })
    const { status } = await view.look(
      `WorkingDirectory=${view.path('in')}\n${lines}`,
      `exec ${view.path(kind)}`,
    )
    return { exit: status.lastExit?.exit, isMade: existsSync(view.path('in', name)) }
  }

  it('reach the kernel where there is no filter, or the rest of this shows nothing', async (t) => {
    assert.deepEqual(await tryIt('native', ''), { exit: { kind: 'exited', code: 0 }, isMade: true })
    const { isMade } = await tryIt('i386', '')
    if (!isMade) t.skip('this kernel takes no calls of 32 bits')
  })

  const filters: readonly (readonly [lines: string, native: 'ends' | 'makes'])[] = [
    ['SystemCallFilter=~mkdir mkdirat', 'ends'],
    ['SystemCallFilter=@system-service\nSystemCallFilter=~mkdir mkdirat', 'ends'],
    ['SystemCallFilter=@system-service', 'makes'],
    ['SystemCallArchitectures=native', 'makes'],
    ['RestrictNamespaces=yes', 'makes'],
    [
      'User=nobody\nNoNewPrivileges=yes\nSystemCallArchitectures=native\nSystemCallFilter=~@file-system',
      'ends',
    ],
  ]
  for (const [lines, native] of filters)
    for (const kind of ['i386', 'x32'] as const)
      it(`${kind} is no way around ${lines.replaceAll('\n', ' ')}`, async () => {
        const own = await tryIt('native', lines)
        assert.equal(own.isMade, native === 'makes', JSON.stringify(own))
        const { exit, isMade } = await tryIt(kind, lines)
        assert.ok(!isMade)
        const isRefused =
          exit?.kind === 'killed' ? exit.signal === 'SIGSYS' : exit?.kind === 'exited' && exit.code === 38
        assert.ok(isRefused, JSON.stringify(exit))
      })

  it('the programs are whole: the host itself runs them', () => {
    const { status } = spawnSync(view.path('native'), { cwd: view.path('in') })
    // 17: there already, or 0.
    assert.ok(status === 0 || status === 17, String(status))
  })
})
