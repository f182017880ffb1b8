/** Rows of resource limits: setrlimit(2) (systemd.exec(5), PROCESS PROPERTIES). */
import {
  countLimit,
  microsecondsLimit,
  niceLimit,
  secondsLimit,
  sizeLimit,
} from '../value-types/resource-limit.ts'
import { rowsOf } from './row.ts'

const { enforced } = rowsOf('systemd.exec(5)')

export const limitDirectives = {
  LimitCPU: enforced(secondsLimit, 'restart'),
  LimitFSIZE: enforced(sizeLimit, 'restart'),
  LimitDATA: enforced(sizeLimit, 'restart'),
  LimitSTACK: enforced(sizeLimit, 'restart'),
  LimitCORE: enforced(sizeLimit, 'restart'),
  LimitRSS: enforced(sizeLimit, 'restart'),
  LimitNOFILE: enforced(countLimit, 'restart'),
  LimitAS: enforced(sizeLimit, 'restart'),
  LimitNPROC: enforced(countLimit, 'restart'),
  LimitMEMLOCK: enforced(sizeLimit, 'restart'),
  LimitLOCKS: enforced(countLimit, 'restart'),
  LimitSIGPENDING: enforced(countLimit, 'restart'),
  LimitMSGQUEUE: enforced(sizeLimit, 'restart'),
  LimitNICE: enforced(niceLimit, 'restart'),
  LimitRTPRIO: enforced(countLimit, 'restart'),
  LimitRTTIME: enforced(microsecondsLimit, 'restart'),
} as const
