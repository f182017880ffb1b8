/** What tests of rendering look through: no colours, 80 columns, the moment of `status-answers.ts`. */
import type { Look } from '../../src/cli/render/style.ts'
import { nowMs } from './status-answers.ts'

export const plainLook: Look = { width: 80, hasColor: false, isUtc: false, nowMs }
export const wideLook: Look = { ...plainLook, width: 160 }
