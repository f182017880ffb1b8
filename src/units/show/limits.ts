/** Properties of resource limits: the hard one under the directive's name, the soft one with `Soft` behind it. */
import { limitDirectives } from '../directives/limits.ts'
import type { ProcessSettings } from '../directives/tables.ts'
import type { ResourceLimit } from '../values.ts'
import { count, type Properties } from './form.ts'

export const limitProperties = (settings: ProcessSettings): Properties =>
  Object.fromEntries(
    limitNames.flatMap((name) => {
      const { soft, hard } = settings[name] ?? defaultLimit(name)
      return [
        [name, count(hard)],
        [`${name}Soft`, count(soft)],
      ]
    }),
  )

type LimitName = keyof typeof limitDirectives
const limitNames = Object.keys(limitDirectives).sort() as readonly LimitName[]

const unlimited = Number.POSITIVE_INFINITY

/** What systemd gives to services, or the kernel to its first process; those of LimitNPROC= and LimitSIGPENDING= vary by host. */
const defaults: Partial<Readonly<Record<LimitName, ResourceLimit>>> = {
  LimitCORE: { soft: 0, hard: unlimited },
  LimitMEMLOCK: { soft: 8_388_608, hard: 8_388_608 },
  LimitMSGQUEUE: { soft: 819_200, hard: 819_200 },
  LimitNICE: { soft: 0, hard: 0 },
  LimitNOFILE: { soft: 1024, hard: 524_288 },
  LimitRTPRIO: { soft: 0, hard: 0 },
  LimitSTACK: { soft: 8_388_608, hard: unlimited },
}

const defaultLimit = (name: LimitName): ResourceLimit =>
  defaults[name] ?? { soft: unlimited, hard: unlimited }
