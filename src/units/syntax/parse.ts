/** Text → sections and assignments, after systemd.syntax(7). Knows nothing of directives. Any input gives a result. */
import type { Position, Severity } from '../../base/diagnostic.ts'
import { decodeBytes } from '../../base/lossless-text.ts'
import { countBlanks, trimEnd } from './blanks.ts'
import { Findings } from './findings.ts'
import { type LineProblem, type LogicalLine, logicalLines, placeInLine } from './lines.ts'
import { firstUnclean } from './raw-bytes.ts'
import type { Assignment, UnitFile } from './unit-file.ts'

const man = 'systemd.syntax(7)'

/** Lists grow by a copy for each line: far more lines than anybody writes would keep the daemon busy for minutes. */
const maxAssignments = 10_000

export const parseUnitFile = (path: string, content: Uint8Array | string): UnitFile => {
  const text = typeof content === 'string' ? content : decodeBytes(content)
  const reader = new FileReader(path)
  for (const line of logicalLines(text)) {
    if (reader.isHopeless) break
    reader.read(line)
  }
  return reader.result()
}

interface OpenSection {
  readonly name: string
  readonly position: Position
  readonly assignments: Assignment[]
}

type Place = Pick<Position, 'line' | 'column'>

class FileReader {
  readonly #path: string
  readonly #sections: OpenSection[] = []
  readonly #findings = new Findings()
  /** Below a header that can't be read nobody knows which section it is. */
  #isLost = false
  #brokenAtLine: number | undefined
  #assignments = 0

  constructor(path: string) {
    this.#path = path
  }

  /** A broken file is read on for its findings only: no room for them, no need to. */
  get isHopeless(): boolean {
    return (
      this.#assignments > maxAssignments ||
      (this.#brokenAtLine !== undefined && !this.#findings.hasRoom('error'))
    )
  }

  read(line: LogicalLine | LineProblem): void {
    if ('problem' in line) {
      this.#break({ line: line.line, column: 1 }, 'line-too-long', 'the line has 1 MiB or more')
      return
    }
    const start = countBlanks(line.text)
    const content = trimEnd(line.text.slice(start))
    const unclean = firstUnclean(content)
    if (unclean >= 0)
      this.#break(placeInLine(line, start + unclean), 'not-utf8', 'the line is not clean UTF-8')
    else if (content.startsWith('[')) this.#readHeader(placeInLine(line, start), content)
    else if (content !== '') this.#readAssignment(line, start, content)
  }

  result(): UnitFile {
    return { sections: this.#sections, diagnostics: this.#findings.list(), brokenAtLine: this.#brokenAtLine }
  }

  #readHeader(place: Place, content: string): void {
    const name = content.slice(1, -1)
    const problem = headerProblem(content, name)
    this.#isLost = problem !== undefined
    if (problem !== undefined) this.#break(place, 'bad-section', problem)
    else this.#sections.push({ name, position: this.#position(place), assignments: [] })
  }

  #readAssignment(line: LogicalLine, start: number, content: string): void {
    if (this.#isLost) return
    const place = placeInLine(line, start)
    const section = this.#sections.at(-1)
    const equals = content.indexOf('=')
    if (!section) this.#warn(place, 'no-section', 'the line stands before any [Section] and is ignored')
    else if (equals < 0)
      this.#warn(place, 'no-equals', `wants Key=value, got "${excerpt(content)}"; the line is ignored`)
    else if (equals === 0) this.#warn(place, 'no-key', 'nothing stands before the "="; the line is ignored')
    else if (++this.#assignments > maxAssignments)
      this.#break(place, 'too-many-settings', `the file has more than ${maxAssignments} settings`)
    else section.assignments.push(this.#assignment(line, start, content))
  }

  #assignment(line: LogicalLine, start: number, content: string): Assignment {
    const equals = content.indexOf('=')
    const valueStart = equals + 1 + countBlanks(content, equals + 1)
    const text = content.slice(valueStart)
    const offset = start + (text === '' ? equals + 1 : valueStart)
    return {
      key: trimEnd(content.slice(0, equals)),
      text,
      keyPosition: this.#position(placeInLine(line, start)),
      position: this.#position(placeInLine(line, offset)),
    }
  }

  #position({ line, column }: Place): Position {
    return { file: this.#path, line, column }
  }

  /** What makes systemd give up on the file: an error here, once; the lines below are still read for their findings. */
  #break(place: Place, code: string, message: string): void {
    this.#brokenAtLine ??= place.line
    this.#say(place, 'error', code, message)
  }

  #warn(place: Place, code: string, message: string): void {
    this.#say(place, 'warning', code, message)
  }

  #say(place: Place, severity: Severity, code: string, message: string): void {
    this.#findings.push({ position: this.#position(place), severity, code, message, man })
  }
}

const headerProblem = (content: string, name: string): string | undefined => {
  if (!content.endsWith(']') || content.length < 2)
    return `a section header ends in "]", got "${excerpt(content)}"`
  return hasUnsafeCharacter(name)
    ? 'a section name has no quotes, backslashes or control characters'
    : undefined
}

const hasUnsafeCharacter = (name: string): boolean =>
  [...name].some((character) => character < ' ' || '"\'\\\x7f'.includes(character))

const excerpt = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
