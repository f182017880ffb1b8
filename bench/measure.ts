/** Figures as the project quotes them: medians of several runs, beside the budget of the design. */

export interface Measurement {
  readonly what: string
  /** Medians unless said otherwise. */
  readonly value: number
  readonly unit: string
  /** Undefined where the design gives none. */
  readonly budget?: number
  /** How it was come by: runs, spread, what else was measured in the same run. */
  readonly note?: string
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

const resamples = 2000

/** Between these the median lies with 95 %: of so many samples of the same values, drawn with replacement. */
export const medianInterval = (values: readonly number[]): readonly [low: number, high: number] => {
  const draw = (): number => values[Math.floor(Math.random() * values.length)]!
  const medians = Array.from({ length: resamples }, () => median(values.map(draw)))
  return [quantile(medians, 0.025), quantile(medians, 0.975)]
}

/** Milliseconds that `work` takes. */
export const timed = async (work: () => Promise<unknown> | unknown): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** `runs` durations of `work`, in milliseconds. */
export const repeated = async (
  runs: number,
  work: (run: number) => Promise<unknown> | unknown,
): Promise<readonly number[]> => {
  const durations: number[] = []
  for (let run = 0; run < runs; run++) durations.push(await timed(() => work(run)))
  return durations
}

export const printTable = (measurements: readonly Measurement[]): void => {
  for (const { what, value, unit, budget, note } of measurements) {
    const verdict =
      budget === undefined ? '' : value <= budget ? `within ${budget} ${unit}` : `MISSES ${budget} ${unit}`
    console.log(
      `${what.padEnd(64)} ${value.toFixed(1).padStart(9)} ${unit.padEnd(4)} ${verdict.padEnd(20)} ${note ?? ''}`.trimEnd(),
    )
  }
}
