/** Units that only systemd has: dependencies on them count as satisfied, since nothing here could start them. */
import type { UnitName } from '../units/unit.ts'

const systemTypes = ['target', 'mount', 'automount', 'swap', 'device', 'slice', 'scope']
const systemNames = new Set(['dbus.service', 'dbus.socket', 'syslog.socket', 'syslog.service'])

/** True for `network.target`, `-.mount`, `systemd-networkd.service`, …: names that no folder of services would define. */
export const isForeignUnit = (name: UnitName): boolean =>
  systemTypes.includes(name.slice(name.lastIndexOf('.') + 1)) ||
  systemNames.has(name) ||
  name.startsWith('systemd-')
