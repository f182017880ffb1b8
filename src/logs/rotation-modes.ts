/** How files can be cut on each of the file systems that logs lie on: found out once, and said where lines may be lost. */
import { statSync } from 'node:fs'
import type { Log } from '../base/log.ts'
import { probeMode, type RotationMode } from './rotation.ts'

export interface RotationModesOptions {
  readonly log: Log
  /** Overrides what the file system is found to be able to do. */
  readonly mode?: RotationMode | undefined
}

export class RotationModes {
  private readonly options: RotationModesOptions
  /** By device. */
  private readonly known = new Map<number, Promise<RotationMode>>()

  constructor(options: RotationModesOptions) {
    this.options = options
  }

  of(directory: string): Promise<RotationMode> {
    const { dev } = statSync(directory)
    const known = this.known.get(dev)
    if (known !== undefined) return known
    const mode = this.options.mode === undefined ? this.probe(directory) : Promise.resolve(this.options.mode)
    this.known.set(dev, mode)
    // A disk that is full now will not be so for ever.
    mode.catch(() => this.known.delete(dev))
    return mode
  }

  private async probe(directory: string): Promise<RotationMode> {
    const mode = await probeMode(directory)
    if (mode === 'truncate') {
      this.options.log.warn(
        'file system can neither collapse nor punch: rotation may lose lines that are written meanwhile',
        { directory },
      )
    }
    return mode
  }
}
