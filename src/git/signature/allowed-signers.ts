/** The file of trusted SSH keys, as `ssh-keygen -Y verify` and git read it (ssh-keygen(1), ALLOWED SIGNERS). */
import { GitprocError } from '../../base/error.ts'
import { matchesPatternList } from './pattern-list.ts'
import { parseSshKey } from './ssh-key.ts'

export interface AllowedSigner {
  /** As written: `ada@example.org,*@example.com`. */
  readonly principals: string
  readonly keyBlob: Buffer
  /** A list of patterns; undefined: for everything. */
  readonly namespaces: string | undefined
  readonly validAfterMs: number | undefined
  readonly validBeforeMs: number | undefined
}

/** Fails `config/invalid` with file and line: a line that makes no sense must not trust somebody by chance. */
export const parseAllowedSigners = (text: string, file: string): readonly AllowedSigner[] =>
  text.split(/\r?\n/).flatMap((line, index) => {
    const content = line.trim()
    if (content === '' || content.startsWith('#')) return []
    try {
      return [parseLine(content)]
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new GitprocError('config/invalid', `${file}:${index + 1}: ${error.message}`, {
        remedy:
          'lines look like: ada@example.org namespaces="git" ssh-ed25519 AAAA…  (ssh-keygen(1), ALLOWED SIGNERS)',
        data: { file, line: index + 1 },
      })
    }
  })

/** Undefined where a signature of that time and purpose is allowed by this line, otherwise why it is not. */
export const objection = (signer: AllowedSigner, namespace: string, atMs: number): string | undefined => {
  const { namespaces, validAfterMs, validBeforeMs } = signer
  if (namespaces !== undefined && !matchesPatternList(namespace, namespaces))
    return `the key of ${signer.principals} may sign ${namespaces} only, not ${namespace}`
  if (validAfterMs !== undefined && atMs < validAfterMs)
    return `the key of ${signer.principals} was not valid yet when the commit was made`
  if (validBeforeMs !== undefined && atMs > validBeforeMs)
    return `the key of ${signer.principals} was no longer valid when the commit was made`
  return undefined
}

const parseLine = (line: string): AllowedSigner => {
  const [principals, ...rest] = fields(line)
  const hasOptions = rest[0] !== undefined && !isKeyType(rest[0])
  const options = parseOptions(hasOptions ? rest[0]! : '')
  const [type, base64] = hasOptions ? rest.slice(1) : rest
  if (principals === undefined || type === undefined || base64 === undefined)
    throw new RangeError('wants principals, options if any, the type of a key and the key')
  const keyBlob = Buffer.from(base64, 'base64')
  if (keyBlob.toString('base64') !== base64) throw new RangeError('the key is no proper base64')
  const key = parseSshKey(keyBlob)
  if (key.type !== type) throw new RangeError(`the key is of type ${key.type}, not ${type}`)
  return { principals: principals.replace(/^"(.*)"$/, '$1'), keyBlob, ...options }
}

/** Split at white space that stands in no quotes. */
const fields = (line: string): readonly string[] => line.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? []

const isKeyType = (word: string): boolean => /^(ssh-|sk-|ecdsa-|rsa-|webauthn-)[\w@.-]+$/.test(word)

type Options = Pick<AllowedSigner, 'namespaces' | 'validAfterMs' | 'validBeforeMs'>

const parseOptions = (text: string): Options => {
  const given = new Map<string, string>()
  for (const option of text.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? []) {
    const [, name, value] = /^([\w-]+)(?:="((?:\\.|[^"\\])*)")?$/.exec(option) ?? []
    const key = name?.toLowerCase() ?? option
    if (key === 'cert-authority')
      throw new RangeError('cert-authority is not supported: list the keys of the signers themselves')
    if (!['namespaces', 'valid-after', 'valid-before'].includes(key) || value === undefined)
      throw new RangeError(
        `"${option}" is no option of a signer: namespaces="…", valid-after="…", valid-before="…"`,
      )
    if (given.has(key)) throw new RangeError(`${key} is given twice`)
    given.set(key, value.replace(/\\(.)/g, '$1'))
  }
  return checked({
    namespaces: given.get('namespaces'),
    validAfterMs: timeOf(given.get('valid-after')),
    validBeforeMs: timeOf(given.get('valid-before')),
  })
}

const checked = (options: Options): Options => {
  const { validAfterMs, validBeforeMs } = options
  if (validAfterMs !== undefined && validBeforeMs !== undefined && validBeforeMs <= validAfterMs)
    throw new RangeError('valid-before is not after valid-after')
  return options
}

/** `YYYYMMDD[HHMM[SS]]`, local time unless a Z follows. */
const timeOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const found = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/.exec(text)
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] = found ?? []
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`)
  const isReal = new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() === Number(day)
  if (found === null || Number.isNaN(atMs) || !isReal)
    throw new RangeError(`"${text}" is no time such as 20270131 or 202701311200Z`)
  return atMs
}
