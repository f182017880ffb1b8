/** Shares: `12.5%`, `125‰`, `1250‱`, exact to a ten-thousandth (systemd's `parse_permyriad()`). */

const forms = /^(\d+)(?:\.(\d{1,2}))?(%|‰|‱)$/u
/** Decimals allowed behind the point, and ten-thousandths in one unit. */
const units: Readonly<Record<string, { readonly decimals: number; readonly worth: number }>> = {
  '%': { decimals: 2, worth: 100 },
  '‰': { decimals: 1, worth: 10 },
  '‱': { decimals: 0, worth: 1 },
}

/** Ten-thousandths of the whole; more than 10,000 where the share is above 100 %. */
export const parsePermyriad = (text: string): number | undefined => {
  const match = forms.exec(text)
  if (match === null) return undefined
  const [, whole = '', fraction = '', sign = ''] = match
  const { decimals, worth } = units[sign]!
  if (fraction.length > decimals) return undefined
  const value = Number(whole) * worth + (Number(fraction.padEnd(decimals, '0')) || 0)
  return value < 2 ** 31 ? value : undefined
}

export const parsePermyriadBounded = (text: string): number | undefined => {
  const value = parsePermyriad(text)
  return value !== undefined && value <= 10_000 ? value : undefined
}

export const printPercent = (percent: number): string => `${Number(percent.toFixed(2))}%`
