/** Many calls, one deed: done some time after the first of them, and then again after the next. */

export interface Soon {
  call(): void
  cancel(): void
}

export const onceAWhile = (delayMs: number, deed: () => void): Soon => {
  let timer: NodeJS.Timeout | undefined
  return {
    call: () => {
      timer ??= setTimeout(() => {
        timer = undefined
        deed()
      }, delayMs)
    },
    cancel: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
