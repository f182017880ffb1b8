/** The port to the file system that path units watch. */
import type { PathWatch } from '../../units/values.ts'

export interface PathHost {
  /** Whether one of them that waits for something to be there has it now. */
  isFound(paths: readonly PathWatch[]): boolean
  /** Text that differs when what is watched for changes has changed: for what happens while nobody watches. */
  mark(paths: readonly PathWatch[]): string
  /** Calls back at each change near them, until it is ended; `hasChanged`: what is watched for changes has. */
  watch(paths: readonly PathWatch[], callback: (hasChanged: boolean) => void): () => void
  makeDirectory(path: string, mode: number): void
  close(): void
}
