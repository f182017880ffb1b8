/** Where the credentials of a service are. Pure. */
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'

/** `$CREDENTIALS_DIRECTORY`, in /run: memory, gone when the service ends. Undefined for a unit without credentials. */
export function credentialsDirectory(
  { name, service }: LoadedUnit,
  { directories }: Pick<HostFacts, 'directories'>,
): string | undefined {
  const isNeeded = (service?.LoadCredential.length ?? 0) + (service?.SetCredential.length ?? 0) > 0
  return isNeeded ? `${directories.runtime}/credentials/${name}` : undefined
}
