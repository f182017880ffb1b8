/** The kinds of conditions (systemd.unit(5), CONDITIONS AND ASSERTS); each exists as `Condition…=` and as `Assert…=`. */

/** Those about an absolute path. */
export const conditionPathKinds = [
  'PathExists',
  'PathExistsGlob',
  'PathIsDirectory',
  'PathIsSymbolicLink',
  'PathIsMountPoint',
  'PathIsReadWrite',
  'PathIsEncrypted',
  'DirectoryNotEmpty',
  'FileNotEmpty',
  'FileIsExecutable',
  'NeedsUpdate',
] as const

export const conditionKinds = [
  'Architecture',
  'Firmware',
  'Virtualization',
  'Host',
  'KernelCommandLine',
  'KernelVersion',
  'Credential',
  'Environment',
  'Security',
  'Capability',
  'ACPower',
  'FirstBoot',
  'User',
  'Group',
  'ControlGroupController',
  'CPUs',
  'Memory',
  'CPUFeature',
  'OSRelease',
  'MemoryPressure',
  'CPUPressure',
  'IOPressure',
  ...conditionPathKinds,
] as const

export type ConditionPathKind = (typeof conditionPathKinds)[number]
export type ConditionKind = (typeof conditionKinds)[number]

/** `ConditionPathExists` and `AssertPathExists` are both of the kind `PathExists`; undefined for other directives. */
export const conditionKindOf = (directive: string): ConditionKind | undefined => {
  const name = directive.replace(/^(?:Condition|Assert)/, '')
  return name === directive ? undefined : conditionKinds.find((kind) => kind === name)
}

export const isPathKind = (kind: ConditionKind): kind is ConditionPathKind =>
  conditionPathKinds.some((path) => path === kind)
