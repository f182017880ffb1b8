/** What a unit says of its log: how much is kept, and how its lines are to be understood. Pure. */
import type { LineSettings } from '../../logs/line-settings.ts'
import type { LogLimits } from '../../logs/log-limits.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'

type Service = NonNullable<LoadedUnit['service']>

/** LogMaxSize=, LogMaxFiles=, LogMaxAge=; what is not set is the configuration's. */
export const logLimitsOf = ({ LogMaxSize, LogMaxFiles, LogMaxAge }: Service): Partial<LogLimits> => ({
  ...(LogMaxSize === undefined ? {} : { maxSizeBytes: LogMaxSize }),
  ...(LogMaxFiles === undefined ? {} : { maxFiles: LogMaxFiles }),
  ...(LogMaxAge === undefined ? {} : { maxAgeMs: LogMaxAge / 1000 }),
})

/** SyslogIdentifier=, LogLevelMax=, SyslogLevel=, SyslogLevelPrefix= (systemd.exec(5)). */
export const lineSettingsOf = (service: Service): LineSettings => ({
  identifier: service.SyslogIdentifier,
  maxPriority: service.LogLevelMax,
  defaultPriority: service.SyslogLevel,
  hasLevelPrefix: service.SyslogLevelPrefix ? undefined : false,
})
