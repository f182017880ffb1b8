/** Who asks: stands in history, holds and rollback commits. */
import { userInfo } from 'node:os'

export const whoAsks = (env: NodeJS.ProcessEnv = process.env): string => {
  const account = accountName()
  const behindSudo = env['SUDO_USER']
  return behindSudo && behindSudo !== account ? `${behindSudo} (as ${account})` : account
}

/** An account without an entry in passwd is common in containers. */
const accountName = (): string => {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
