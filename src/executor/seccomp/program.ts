/**
 * Rules about system calls → a program of classic BPF that the kernel runs before each call (seccomp(2)). Pure.
 *
 *     foreign architecture? ─▶ its answer        number ─▶ rules with conditions, call by call ─▶ runs of numbers
 */

/** What a call gets. */
export type Answer = { readonly kind: 'allow' | 'kill' } | { readonly kind: 'error'; readonly errno: number }

/** On the low half of an argument, which is all that these calls look at. */
export type Test =
  | { readonly argument: number; readonly kind: 'equals'; readonly value: number }
  /** All of these bits are set. */
  | { readonly argument: number; readonly kind: 'has-all'; readonly mask: number }
  /** Any of them. */
  | { readonly argument: number; readonly kind: 'has-any'; readonly mask: number }

export interface CallRule {
  readonly number: number
  /** All must hold; none: always. */
  readonly tests: readonly Test[]
  readonly answer: Answer
}

export interface FilterProgram {
  /** The first rule of a call that fits decides. */
  readonly rules: readonly CallRule[]
  readonly otherwise: Answer
  /** Calls with numbers from this one on. */
  readonly newer: { readonly from: number; readonly answer: Answer }
  /** Calls of another architecture, x32 among them. */
  readonly foreign: Answer
}

/** AUDIT_ARCH_… of linux/audit.h, by node's names. */
const auditArchitectures: Readonly<Record<string, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }
const x32Bit = 0x40000000

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, value: number]

const load = (offset: number): Instruction => [0x20, 0, 0, offset]
const and = (mask: number): Instruction => [0x54, 0, 0, mask]
const give = (answer: Answer): Instruction => [0x06, 0, 0, answerValue(answer)]
const jumpEqual = (value: number, yes: number, no: number): Instruction => [0x15, yes, no, value]
const jumpAbove = (value: number, yes: number, no: number): Instruction => [0x25, yes, no, value]
const jumpFrom = (value: number, yes: number, no: number): Instruction => [0x35, yes, no, value]

/** Offsets in struct seccomp_data. */
const numberAt = 0
const architectureAt = 4
const argumentAt = (index: number): number => 16 + 8 * index

function answerValue(answer: Answer): number {
  switch (answer.kind) {
    case 'allow':
      return 0x7fff0000
    case 'kill':
      return 0x80000000
    case 'error':
      return 0x00050000 + answer.errno
  }
}

/** In the kernel's form, eight bytes for each instruction. */
export function encodeFilter(program: FilterProgram, architecture: string): Uint8Array {
  const instructions = [
    load(architectureAt),
    jumpEqual(auditArchitectures[architecture] ?? 0, 1, 0),
    give(program.foreign),
    load(numberAt),
    // On x86-64 the same architecture has a second set of numbers, on arm64 nothing has numbers as high.
    jumpFrom(x32Bit, 0, 1),
    give(program.foreign),
    ...conditional(program),
    ...unconditional(program),
  ]
  return encode(instructions)
}

/** Each call that has tests is a block of its own, passed over by all others. */
function conditional({ rules, otherwise }: FilterProgram): readonly Instruction[] {
  const byNumber = Map.groupBy(rules, ({ number }) => number)
  return [...byNumber].flatMap(([number, its]) => {
    if (its[0]?.tests.length === 0) return []
    const block = [...its.flatMap(ruleBlock), give(otherwise)]
    return [jumpEqual(number, 0, block.length), ...block]
  })
}

function ruleBlock({ tests, answer }: CallRule): readonly Instruction[] {
  const lengths = tests.map(testLength)
  const checks = tests.flatMap((test, index) => {
    // What is left of this rule, which a failed test passes over.
    const rest = lengths.slice(index + 1).reduce((sum, length) => sum + length, 1)
    return testBlock(test, rest)
  })
  return [...checks, give(answer)]
}

const testLength = ({ kind }: Test): number => (kind === 'equals' ? 2 : 3)

function testBlock(test: Test, toNext: number): readonly Instruction[] {
  const argument = load(argumentAt(test.argument))
  switch (test.kind) {
    case 'equals':
      return [argument, jumpEqual(test.value, 0, toNext)]
    case 'has-all':
      return [argument, and(test.mask), jumpEqual(test.mask, 0, toNext)]
    case 'has-any':
      return [argument, and(test.mask), jumpEqual(0, toNext, 0)]
  }
}

/** All numbers there are, in runs with the same answer: a list of 300 calls comes to some 70 comparisons. */
function unconditional({ rules, otherwise, newer }: FilterProgram): readonly Instruction[] {
  const answers = new Map(
    rules.filter(({ tests }) => tests.length === 0).map(({ number, answer }) => [number, answer]),
  )
  const answerOf = (number: number): Answer => answers.get(number) ?? otherwise
  const instructions: Instruction[] = []
  for (let number = 0; number < newer.from; number += 1) {
    const answer = answerOf(number)
    const isLast = number + 1 === newer.from
    if (isLast || answerValue(answerOf(number + 1)) !== answerValue(answer))
      instructions.push(jumpAbove(number, 1, 0), give(answer))
  }
  return [...instructions, give(newer.answer)]
}

function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(instructions.length * 8))
  for (const [index, [code, jumpTrue, jumpFalse, value]] of instructions.entries()) {
    bytes.setUint16(index * 8, code, true)
    bytes.setUint8(index * 8 + 2, jumpTrue)
    bytes.setUint8(index * 8 + 3, jumpFalse)
    bytes.setUint32(index * 8 + 4, value, true)
  }
  return new Uint8Array(bytes.buffer)
}
