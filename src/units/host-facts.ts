/** What specifiers and conditions may ask of the host: gathered once by the caller, a plain value here. */
export interface HostFacts {
  readonly hostname: string
  /** PRETTY_HOSTNAME= of /etc/machine-info: `%q`. */
  readonly prettyHostname?: string
  /** The watched folder on this host, where it has a place in the file system: `%y` and `%Y`. */
  readonly unitDirectory?: string
  /** Control group under which those of the units lie, from the root of the hierarchy: `%R`. */
  readonly cgroupRoot?: string
  readonly machineId: string
  readonly bootId: string
  readonly kernelRelease: string
  /** systemd's word: `x86-64`, `arm64`. */
  readonly architecture: string
  /** /etc/os-release. */
  readonly osRelease: Readonly<Record<string, string>>
  /** Who the daemon is. */
  readonly user: {
    readonly name: string
    readonly group: string
    readonly uid: number
    readonly gid: number
    readonly home: string
    readonly shell: string
  }
  /** `%t %S %C %L %E`: /run, /var/lib, /var/cache, /var/log, /etc for root; XDG folders for a user. */
  readonly directories: {
    readonly runtime: string
    readonly state: string
    readonly cache: string
    readonly logs: string
    readonly configuration: string
    readonly temporary: string
    readonly persistentTemporary: string
  }
  readonly memoryBytes: number
  readonly pidLimit: number
  readonly cpuCount: number
  /** Account names → ids, for checks before anything starts; empty where they can't be listed. */
  readonly users: ReadonlyMap<
    string,
    { readonly uid: number; readonly gid: number; readonly home: string; readonly shell: string }
  >
  readonly groups: ReadonlyMap<string, number>
}
