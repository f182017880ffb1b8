/** What has no past may be misspelled; what has been removed has one, and is asked for by its name all the same. */
import type { UnitView } from '../api/contract.ts'
import type { DaemonClient } from './client.ts'

/** Fails `units/unknown`, with the nearest name, where there is no such unit now. */
export const mustBeKnown = async (name: string, daemon: DaemonClient): Promise<void> => {
  await daemon.get<UnitView>(`/v1/units/${encodeURIComponent(name)}`)
}
