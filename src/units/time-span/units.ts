/** The units of time spans, their spellings and lengths (systemd.time(7)). A month is 30.44 days, a year 365.25. */

export const usecPer = {
  usec: 1n,
  msec: 1_000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
  week: 604_800_000_000n,
  month: 2_629_800_000_000n,
  year: 31_557_600_000_000n,
} as const

/** Longest spelling first where one begins another: `months` before `m`. */
export const spanUnits: readonly (readonly [string, bigint])[] = [
  ...spell(usecPer.second, 'seconds second sec s'),
  ...spell(usecPer.minute, 'minutes minute min'),
  ...spell(usecPer.month, 'months month M'),
  ...spell(usecPer.msec, 'msec ms'),
  ...spell(usecPer.minute, 'm'),
  ...spell(usecPer.hour, 'hours hour hr h'),
  ...spell(usecPer.day, 'days day d'),
  ...spell(usecPer.week, 'weeks week w'),
  ...spell(usecPer.year, 'years year y'),
  // Both the Greek letter and the micro sign.
  ...spell(usecPer.usec, 'usec us \u03bcs \u00b5s'),
]

function spell(usec: bigint, names: string): (readonly [string, bigint])[] {
  return names.split(' ').map((name) => [name, usec] as const)
}
