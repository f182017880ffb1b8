/** What went wrong with a health check, in the one word that says it. Pure. */

/** `ECONNREFUSED` says more to its reader than a stack. */
export function problemWords(error: unknown): string {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: { code?: string } }
  return cause?.code ?? code ?? message ?? String(error)
}
