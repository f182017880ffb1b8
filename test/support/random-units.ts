/** Folders of units that change at random, as commits change them: settings, limits, comments, order, edges, kinds of files. */

/** `-> target` is a symbolic link. */
export type Folder = ReadonlyMap<string, string>

interface Model {
  readonly seconds: number
  readonly memoryMax: string
  readonly comment: string
  readonly isReversed: boolean
  readonly environment: string
  /** Dependencies on units of smaller number: no circle comes about. */
  readonly edges: readonly string[]
  readonly dropIn: string
  readonly environmentFile: string
  readonly hasTimer: boolean
}

const fresh: Model = {
  seconds: 1000,
  memoryMax: '',
  comment: '',
  isReversed: false,
  environment: '',
  edges: [],
  dropIn: '',
  environmentFile: '',
  hasTimer: false,
}

const slots = 9

export class RandomUnits {
  readonly #random: () => number
  readonly #folderPath: string
  readonly #models = new Map<number, Model>()
  #instances: readonly string[] = []
  #templateSeconds = 500
  #count = 0

  constructor(seed: number, folderPath: string) {
    this.#random = mulberry32(seed)
    this.#folderPath = folderPath
    for (let index = 0; index < 5; index++) this.#models.set(index, fresh)
  }

  /** One to four edits, in words; some of them change nothing that counts. */
  edit(): readonly string[] {
    return Array.from({ length: 1 + this.#below(4) }, () => this.#editOnce())
  }

  get files(): Folder {
    const files = new Map<string, string>([['all.target', '[Unit]\nDescription=all\n']])
    for (const [index, model] of this.#models) this.#write(index, model, files)
    if (this.#instances.length > 0)
      files.set('t@.service', `[Service]\nExecStart=/bin/sleep ${this.#templateSeconds}\n`)
    for (const instance of this.#instances) files.set(`t@${instance}.service`, '-> t@.service')
    return files
  }

  #editOnce(): string {
    const index = this.#below(slots)
    const model = this.#models.get(index)
    if (model === undefined) return this.#add(index)
    const value = String(++this.#count)
    const changes: readonly (() => Partial<Model> | string)[] = [
      () => this.#remove(index),
      () => ({ seconds: 1000 + this.#count }),
      () => ({ seconds: 1000 + this.#count }),
      () => ({ memoryMax: model.memoryMax === '' ? '64M' : '' }),
      () => ({ comment: value }),
      () => ({ isReversed: !model.isReversed }),
      () => ({ environment: value }),
      () => ({ edges: this.#edges(index) }),
      () => ({ dropIn: model.dropIn === '' ? `[Service]\nEnvironment=D=${value}\n` : '' }),
      () => ({ dropIn: `[Service]\nCPUWeight=${1 + (this.#count % 1000)}\n` }),
      () => ({ environmentFile: model.environmentFile === '' || this.#below(2) ? `V=${value}\n` : '' }),
      () => ({ hasTimer: !model.hasTimer }),
      () => this.#editTemplate(),
    ]
    const change = changes[this.#below(changes.length)]!()
    if (typeof change === 'string') return change
    this.#models.set(index, { ...model, ...change })
    return `u${index}: ${Object.keys(change)}`
  }

  #add(index: number): string {
    this.#models.set(index, { ...fresh, edges: this.#edges(index) })
    return `u${index} added`
  }

  /** With the edges that lead to it: what is required must be there. */
  #remove(index: number): string {
    this.#models.delete(index)
    for (const [other, model] of this.#models)
      this.#models.set(other, {
        ...model,
        edges: model.edges.filter((edge) => !edge.endsWith(`u${index}.service`)),
      })
    return `u${index} removed`
  }

  #editTemplate(): string {
    if (this.#below(2) === 0) this.#templateSeconds += 1
    else this.#instances = ['a', 'b', 'c'].filter(() => this.#below(2) === 0)
    return `template: ${this.#instances} ${this.#templateSeconds}`
  }

  #edges(index: number): readonly string[] {
    const kinds = ['After', 'Wants', 'Requires', 'PartOf', 'BindsTo']
    const earlier = [...this.#models.keys()].filter((other) => other < index)
    return earlier.flatMap((other) =>
      this.#below(3) === 0 ? [`${kinds[this.#below(kinds.length)]}=u${other}.service`] : [],
    )
  }

  #write(index: number, model: Model, files: Map<string, string>): void {
    const name = `u${index}`
    const lines = [
      `ExecStart=/bin/sleep ${model.seconds}`,
      ...(model.memoryMax ? [`MemoryMax=${model.memoryMax}`] : []),
      ...(model.environment ? [`Environment=E=${model.environment}`] : []),
      ...(model.environmentFile ? [`EnvironmentFile=${this.#folderPath}/${name}.env`] : []),
    ]
    if (model.isReversed) lines.reverse()
    const head = ['[Unit]', ...model.edges].join('\n')
    files.set(`${name}.service`, `# ${model.comment}\n${head}\n[Service]\n${lines.join('\n')}\n`)
    if (model.dropIn) files.set(`${name}.service.d/more.conf`, model.dropIn)
    if (model.environmentFile) files.set(`${name}.env`, model.environmentFile)
    if (model.hasTimer) files.set(`${name}.timer`, '[Timer]\nOnActiveSec=1h\n')
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}

/** A small generator of random numbers that begins with a seed, so that a failure can be had again. */
const mulberry32 = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
