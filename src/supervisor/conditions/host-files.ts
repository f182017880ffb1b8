/** Small files of /proc, /sys and /etc, under a root that tests may choose. What cannot be read is undefined or empty. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export class HostFiles {
  readonly root: string

  constructor(root = '/') {
    this.root = root
  }

  path(path: string): string {
    return join(this.root, path)
  }

  exists(path: string): boolean {
    return existsSync(this.path(path))
  }

  bytes(path: string): Uint8Array | undefined {
    try {
      return readFileSync(this.path(path))
    } catch {
      return undefined
    }
  }

  text(path: string): string | undefined {
    const bytes = this.bytes(path)
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
  }

  lines(path: string): readonly string[] {
    return (this.text(path) ?? '').split('\n').filter((line) => line !== '')
  }

  names(path: string): readonly string[] {
    try {
      return readdirSync(this.path(path)).sort()
    } catch {
      return []
    }
  }
}
