/** What the processes of a simulation do: said by the words of their command line, `/sim/serve v3 exit=7 after=200`. */
export interface Program {
  /** Names the definition that it was started from. */
  readonly variant: string
  /** Exits by itself with this code, after so many milliseconds; undefined: lives on. */
  readonly exit: number | undefined
  readonly afterMs: number
  /** Takes so long to obey SIGTERM and its like, and exits 0 then; undefined: is killed by them at once. */
  readonly termMs: number | undefined
  readonly ignores: readonly string[]
  /** Leaves so many children behind. */
  readonly forks: number
  /** Sends READY=1 after so many milliseconds. */
  readonly readyMs: number | undefined
}

export function programOf(argv: readonly string[]): Program {
  const words = new Map(argv.slice(2).map((word) => word.split('=', 2) as [string, string]))
  const number = (name: string): number | undefined => (words.has(name) ? Number(words.get(name)) : undefined)
  return {
    variant: argv[1] ?? '',
    exit: number('exit'),
    afterMs: number('after') ?? 0,
    termMs: number('term'),
    ignores: words.get('ignores')?.split(',') ?? [],
    forks: number('forks') ?? 0,
    readyMs: number('ready'),
  }
}
