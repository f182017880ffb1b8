/** Runs a program of classic BPF as the kernel does, as far as our filters go: an oracle for their tests. */

export interface SystemCall {
  readonly number: number
  readonly architecture: number
  readonly args: readonly number[]
}

export function runFilter(program: Uint8Array, call: SystemCall): number {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength)
  let value = 0
  for (let at = 0; at * 8 < program.length; at += 1) {
    const code = view.getUint16(at * 8, true)
    const operand = view.getUint32(at * 8 + 4, true)
    const jump = (isTrue: boolean): void => {
      at += view.getUint8(at * 8 + (isTrue ? 2 : 3))
    }
    switch (code) {
      case 0x20:
        value = loaded(operand, call)
        break
      case 0x54:
        value = (value & operand) >>> 0
        break
      case 0x15:
        jump(value === operand)
        break
      case 0x25:
        jump(value > operand)
        break
      case 0x35:
        jump(value >= operand)
        break
      case 0x06:
        return operand
      default:
        throw new Error(`no instruction ${code}`)
    }
  }
  throw new Error('the program has no end')
}

function loaded(offset: number, { number, architecture, args }: SystemCall): number {
  if (offset === 0) return number
  if (offset === 4) return architecture
  return (args[(offset - 16) / 8] ?? 0) >>> 0
}
