/** Whether a path lies on an encrypted block device: it, or all that it is made of, is dm-crypt. */
import type { Stats } from 'node:fs'
import type { HostFiles } from './host-files.ts'

export const isEncrypted = (stats: Stats | undefined, files: HostFiles): boolean => {
  if (stats === undefined) return false
  const [major, minor] = [deviceMajor(stats.dev), deviceMinor(stats.dev)]
  return isEncryptedDevice(`/sys/dev/block/${major}:${minor}`, files)
}

const isEncryptedDevice = (folder: string, files: HostFiles): boolean => {
  if (files.text(`${folder}/dm/uuid`)?.startsWith('CRYPT-')) return true
  // A partition's own slaves are those of the disk that it is part of.
  const device = files.exists(`${folder}/partition`) ? `${folder}/..` : folder
  const slaves = files.names(`${device}/slaves`)
  return slaves.length > 0 && slaves.every((slave) => isEncryptedDevice(`${device}/slaves/${slave}`, files))
}

/** As makedev(3) packs them: 12 bits of major above 20 of minor, both split in two. */
const deviceMajor = (device: number): number => Math.floor(device / 2 ** 8) & 0xfff
const deviceMinor = (device: number): number => (device & 0xff) | (Math.floor(device / 2 ** 12) & 0xfff_ff00)
