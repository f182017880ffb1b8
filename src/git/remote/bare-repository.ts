/** A bare repository of our own, below the state directory: nobody else writes to it, and it may be made anew at any time. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeOwnedFile } from '../owned-file.ts'

/** isomorphic-git wants to keep a ref of its own for what it fetched. */
const configuration = `[core]
	repositoryformatversion = 0
	bare = true
[remote "origin"]
	fetch = +refs/heads/*:refs/remotes/origin/*
`

/** `head`: the ref that HEAD stands for. */
export const makeBare = (path: string, head: string): void => {
  for (const part of ['objects/pack', 'objects/info', 'refs/heads', 'refs/gitproc'])
    mkdirSync(join(path, part), { recursive: true, mode: 0o700 })
  writeFileSync(join(path, 'HEAD'), headOf(head))
  writeFileSync(join(path, 'config'), configuration)
}

export const setHead = (path: string, head: string): void =>
  writeOwnedFile(join(path, 'HEAD'), Buffer.from(headOf(head)), 0o644)

export const setRef = (path: string, ref: string, sha: string): void =>
  writeOwnedFile(join(path, ref), Buffer.from(`${sha}\n`), 0o644)

const headOf = (ref: string): string => `ref: ${ref}\n`

/** As if too many, where there is no place for any. */
export const packCount = (path: string): number => {
  try {
    return readdirSync(join(path, 'objects/pack')).filter((name) => name.endsWith('.pack')).length
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
