import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from '../../../src/units/conditions/judge.ts'
import type { ConditionKind } from '../../../src/units/conditions/kinds.ts'
import { conditionProblem } from '../../../src/units/conditions/problem.ts'
import { fakeFacts } from './fake-facts.ts'

/** By kind: parameters that hold on the fake host, those that don't, those without meaning. */
const answers: Partial<Record<ConditionKind, readonly [holds: string, fails: string, senseless?: string]>> = {
  Architecture: ['native|x86-64', 'arm64|amd64'],
  Firmware: [
    'uefi|device-tree-compatible(raspberrypi,4-model-b)|smbios-field(board_name = "Custom Board")|smbios-field(board_name $= "Custom*")',
    'device-tree|bios|smbios-field(board_vendor=x)',
    'smbios-field(board_name)|smbios-field(board_name=x',
  ],
  Virtualization: ['yes|vm|kvm', 'no|container|docker|private-users'],
  Host: [
    'web1*|WEB1.EXAMPLE.ORG|01234567-89ab-cdef-0123-456789abcdef',
    'web1|db*|ffffffffffffffffffffffffffffffff',
  ],
  KernelCommandLine: ['quiet|panic|panic=10|spaced word', 'pan|panic=1|verbose'],
  KernelVersion: ['>= 6.1|>=5 <7|6.1.*|!=6.2|$=6.*-amd64', '> 6.2|5.*|>=5 <6|=6.1', '>|>5 <'],
  Credential: ['token', 'secret'],
  Environment: ['LANG|LANG=C.UTF-8', 'PATH|LANG=C|LANG='],
  Security: ['apparmor|audit', 'selinux|tpm2|magic'],
  Capability: ['CAP_CHOWN|cap_net_admin|12', 'CAP_SYS_ADMIN|62', 'CHOWN|CAP_FOO|63'],
  ACPower: ['yes|1', 'no', 'maybe'],
  FirstBoot: ['no|off', 'true', 'never'],
  User: ['web|1000', 'root|0|01000|@system|nobody'],
  Group: ['sudo|27|1000', 'root|0'],
  ControlGroupController: ['v2|memory|cpu memory|memory magic', 'v1|io|memory io'],
  CPUs: ['2|>= 1|<3|=2|!=3|0x2', '3|<2|<>2', 'two|1.5|-1'],
  Memory: ['1G|>= 2048M|<3G|1.5G 512M', '3G|< 1G', '50%|1g|512M 1G'],
  CPUFeature: ['sse4_2|RDRAND', 'avx512'],
  OSRelease: [
    'ID=debian|ID=debian VERSION_ID>=11|NOPE!=x|ID$=deb*',
    'ID=fedora|VERSION_ID>12|NOPE=x',
    'ID|ID = debian|=x|ID=',
  ],
  MemoryPressure: [
    '5%|20%/1min|50.00%/10sec|app.slice:5%|60‰',
    '4.99%|19%/1min|4%/5min',
    '5|101%|10%/2min|1.234%',
  ],
  IOPressure: ['0%|nothing is measured here', ''],
}

test('every kind of condition asks what systemd.unit(5) says', () => {
  for (const [kind, [holds, fails, senseless = '']] of Object.entries(answers)) {
    const expectations = [
      [holds, true],
      [fails, false],
      [senseless, undefined],
    ] as const
    for (const [parameters, expected] of expectations)
      for (const parameter of parameters.split('|').filter((each) => each !== ''))
        assert.equal(
          judge(kind as ConditionKind, parameter, fakeFacts()),
          expected,
          `Condition${kind}=${parameter}`,
        )
  }
})

test('the system itself is the user of small number', () => {
  assert.equal(judge('User', '@system', fakeFacts({ uids: [0, 0] })), true)
})

test('a senseless parameter is found before the unit ever starts', () => {
  assert.equal(conditionProblem('ConditionPathExists', '/etc'), undefined)
  assert.equal(conditionProblem('AssertCPUs', '>= 4'), undefined)
  assert.equal(conditionProblem('ConditionPathExists', 'etc')?.effect, 'ignored')
  assert.equal(conditionProblem('ConditionCPUs', 'many')?.effect, 'never-met')
  assert.match(conditionProblem('ConditionMemory', '50%')?.message ?? '', /size.*got "50%"/)
  assert.equal(conditionProblem('ConditionMagic', 'x')?.effect, 'ignored')
})
