/** What is remembered of the branch, on disk: `trust.json`. */
import { JsonDocument } from './json-document.ts'
import { nothingTrusted, type TrustRecord, type TrustStore } from './trust-record.ts'

/** Fails `store/read`: a daemon that forgot it could be led back to an old commit. */
export const openTrust = (path: string): TrustStore => {
  const document = new JsonDocument<TrustRecord>(path, {
    name: 'trust',
    version: 1,
    empty: nothingTrusted,
    isValid: isTrustRecord,
  })
  return { now: () => document.value, change: (change) => document.update(change) }
}

const isTrustRecord = (value: unknown): boolean => {
  const record = value as Partial<TrustRecord> | null
  return Array.isArray(record?.left) && Array.isArray(record.rollbacks)
}
