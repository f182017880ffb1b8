/** `gitproc plan`: what would be done and why, one line for each unit that moves. */
import type { PlanAnswer } from '../../api/contract.ts'
import { revisionName } from '../../base/revision.ts'
import { isEmptyPlan, type Plan, type SettingChange, type Step } from '../../plan/plan.ts'
import { settingName, settingText } from './setting.ts'
import { effectOf, signOf, styleOf } from './step.ts'
import { clipped, type Look, paint, printable } from './style.ts'
import { counted, shortName } from './words.ts'

export const renderPlan = (
  { plan, commits, diagnostics = [] }: Pick<PlanAnswer, 'plan' | 'commits'> & Partial<PlanAnswer>,
  look: Look,
): readonly string[] => {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const refused = `  Refused for ${counted(errors.length, 'error')}: nothing would be done.`
  return [title(plan, commits.length), ...(errors.length > 0 ? [refused] : body(plan, look))]
}

/** What becomes of the plan: the command that applies just this one, and what keeps it from being applied by itself. */
export const planFooter = (answer: PlanAnswer, look: Look): readonly string[] => {
  const { plan, waits, diagnostics } = answer
  const isRefused = diagnostics.some(({ severity }) => severity === 'error')
  if (isRefused) return []
  const obstacle = waits ? [`It waits: ${printable(waits.why)}   ${waits.remedy}`] : []
  const sync = isEmptyPlan(plan) ? undefined : syncOf(answer)
  return [
    ...(sync === undefined ? [] : [paint(look, 'quiet', `Plan ${plan.hash}   ${sync} --plan ${plan.hash}`)]),
    ...obstacle,
  ]
}

/** The command that applies what was planned; undefined where none would. */
const syncOf = ({ isNext, waits }: PlanAnswer): string | undefined => {
  if (!isNext) return undefined
  if (waits === undefined) return 'gitproc sync'
  return waits.remedy.startsWith('gitproc sync ') ? waits.remedy : undefined
}

const title = ({ from, to }: Plan, commits: number): string => {
  const start = from === undefined ? 'nothing' : revisionName(from)
  const many = commits > 0 ? `   ${counted(commits, 'commit')}` : ''
  return `${start} → ${revisionName(to)} "${printable(to.subject)}"${many}`
}

const body = (plan: Plan, look: Look): readonly string[] => {
  const moving = plan.steps.filter((step) => step.verb !== 'keep')
  const kept = plan.steps.filter((step) => step.verb === 'keep')
  const nameWidth = Math.min(30, Math.max(10, ...moving.map((step) => shortName(step.unit).length)))
  const lines = moving.flatMap((step) => stepLines(step, nameWidth, look))
  if (isEmptyPlan(plan)) return [...keptLines(kept, look), '  Nothing to do.']
  return [...lines, ...keptLines(kept, look), ...orderLine(moving, look)]
}

const stepLines = (step: Step, nameWidth: number, look: Look): readonly string[] => {
  const sign = paint(look, styleOf[step.verb], signOf[step.verb])
  const name = shortName(step.unit).padEnd(nameWidth)
  const [first, ...more] = step.changes.length === 0 ? [printable(step.reason)] : step.changes.map(changeText)
  const room = Math.max(20, look.width - nameWidth - 6)
  const effect = paint(look, 'quiet', effectOf(step))
  const effectWidth = effectOf(step).length
  const reason = clipped(first!, room)
  const isOneLine = reason.length + 2 + effectWidth <= room
  const indent = ' '.repeat(nameWidth + 6)
  return [
    `  ${sign} ${name}  ${isOneLine ? `${reason.padEnd(Math.min(46, room - effectWidth - 2))}  ${effect}` : reason}`,
    ...more.map((text) => indent + clipped(text, room)),
    ...(isOneLine ? [] : [indent + effect]),
  ]
}

/** `MemoryMax= 256M → 512M`; long values, such as commands, say only that they changed. */
const changeText = ({ directive, before, after }: SettingChange): string => {
  const name = settingName(directive)
  const [old, now] = [printable(settingText(directive, before)), printable(settingText(directive, after))]
  return old.length + now.length > 50 || old === now ? `${name} changed` : `${name} ${old} → ${now}`
}

const shownKept = 8

const keptLines = (kept: readonly Step[], look: Look): readonly string[] => {
  if (kept.length === 0) return []
  const names = kept.slice(0, shownKept).map((step) => shortName(step.unit))
  const rest = kept.length > shownKept ? ` and ${kept.length - shownKept} more` : ''
  return [`  ${paint(look, 'quiet', `= ${names.join(', ')}${rest}  untouched`)}`]
}

const shownOrder = 12

const orderLine = (moving: readonly Step[], look: Look): readonly string[] => {
  if (moving.length < 2) return []
  const names = moving
    .slice(0, shownOrder)
    .map(({ verb, unit }) => (verb === 'stop' ? `stop ${shortName(unit)}` : shortName(unit)))
  const rest = moving.length > shownOrder ? ' → …' : ''
  return [clipped(`Order: ${names.join(' → ')}${rest}`, look.width)]
}
