/** Numbers of the system calls that the helper makes itself, by architecture (asm/unistd.h). */

const byArchitecture = {
  x64: {
    mount: 165,
    umount2: 166,
    pivotRoot: 155,
    unshare: 272,
    prctl: 157,
    capget: 125,
    capset: 126,
    setgroups: 116,
    setresgid: 119,
    setresuid: 117,
    setsid: 112,
    keyctl: 250,
    ioprioSet: 251,
    schedSetscheduler: 144,
    schedSetaffinity: 203,
    seccomp: 317,
  },
  arm64: {
    mount: 40,
    umount2: 39,
    pivotRoot: 41,
    unshare: 97,
    prctl: 167,
    capget: 90,
    capset: 91,
    setgroups: 159,
    setresgid: 149,
    setresuid: 147,
    setsid: 157,
    keyctl: 219,
    ioprioSet: 30,
    schedSetscheduler: 119,
    schedSetaffinity: 122,
    seccomp: 277,
  },
} as const

export type SystemCallNumbers = Readonly<Record<keyof (typeof byArchitecture)['x64'], number>>

/** By node's name of an architecture; undefined: not known here. The calls newer than 2019 have the same number everywhere. */
export const systemCallNumbers = (architecture: string): SystemCallNumbers | undefined =>
  Object.hasOwn(byArchitecture, architecture)
    ? byArchitecture[architecture as keyof typeof byArchitecture]
    : undefined
