/** Names that conditions may speak of: kernel capabilities (capabilities(7)) and cgroup controllers. */

/** In the order of their numbers. */
const capabilityNames: readonly string[] = (
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service ' +
  'net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin ' +
  'sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override ' +
  'mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'
).split(' ')

/** The largest number that the kernel may ever give to one. */
const lastCapability = 62

/** By name in any case, `CAP_CHOWN`, or by number; undefined for what is neither. */
export const capabilityNumber = (text: string): number | undefined => {
  if (/^\d+$/.test(text)) return Number(text) <= lastCapability ? Number(text) : undefined
  const number = capabilityNames.indexOf(text.toLowerCase().replace(/^cap_/, ''))
  return number < 0 || !/^cap_/i.test(text) ? undefined : number
}

/** Those that systemd 252 knows; the `bpf-…` ones are its own. */
export const controllerNames: ReadonlySet<string> = new Set(
  (
    'cpu cpuacct cpuset io blkio memory devices pids bpf-firewall bpf-devices bpf-foreign bpf-socket-bind ' +
    'bpf-restrict-network-interfaces'
  ).split(' '),
)
