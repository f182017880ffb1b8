/** Rows about folders and credentials that are made for a service (systemd.exec(5), SANDBOXING and CREDENTIALS). */
import { choiceOrBoolean } from '../value-types/choice.ts'
import { credentialSources, credentialTexts } from '../value-types/credential.ts'
import { configurationDirectories, serviceDirectories } from '../value-types/directories.ts'
import { fileMode } from '../value-types/mode.ts'
import { timeSpan } from '../value-types/time.ts'
import { rowsOf } from './row.ts'

const { enforced, accepted, unsupported } = rowsOf('systemd.exec(5)')

const preserve = choiceOrBoolean(['no', 'yes', 'restart'], { yes: 'yes', no: 'no' })

export const directoryDirectives = {
  RuntimeDirectory: enforced(serviceDirectories, 'restart', []),
  RuntimeDirectoryMode: enforced(fileMode, 'restart', 0o755),
  RuntimeDirectoryPreserve: enforced(preserve, 'live', 'no'),
  StateDirectory: enforced(serviceDirectories, 'restart', []),
  StateDirectoryMode: enforced(fileMode, 'restart', 0o755),
  CacheDirectory: enforced(serviceDirectories, 'restart', []),
  CacheDirectoryMode: enforced(fileMode, 'restart', 0o755),
  LogsDirectory: enforced(serviceDirectories, 'restart', []),
  LogsDirectoryMode: enforced(fileMode, 'restart', 0o755),
  ConfigurationDirectory: enforced(configurationDirectories, 'restart', []),
  ConfigurationDirectoryMode: enforced(fileMode, 'restart', 0o755),
  TimeoutCleanSec: accepted(timeSpan, Number.POSITIVE_INFINITY),
  LoadCredential: enforced(credentialSources, 'restart', []),
  LoadCredentialEncrypted: unsupported(credentialSources, []),
  ImportCredential: unsupported(credentialSources, []),
  SetCredential: enforced(credentialTexts, 'restart', []),
  SetCredentialEncrypted: unsupported(credentialTexts, []),
} as const
