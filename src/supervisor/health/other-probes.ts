/** Health checks by connecting (HealthCheckTCP=) and by a command (HealthCheckExec=), and the choice among all. */
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import type { ProbeResult } from '../../lifecycle/health.ts'
import { problemWords } from '../problem-words.ts'
import type { ProbeCommand, Prober, ProbeSpec } from './probe.ts'

export const probe: Prober = (spec, timeoutMs) => {
  switch (spec.kind) {
    case 'http':
      return probeWeb(spec, timeoutMs)
    case 'tcp':
      return probeTcp(spec.host, spec.port, timeoutMs)
    case 'exec':
      return probeCommand(spec.command, timeoutMs)
  }
}

/** Its library takes 80 ms and 28 MB to load: a daemon without such checks does without. */
async function probeWeb(spec: Extract<ProbeSpec, { kind: 'http' }>, timeoutMs: number): Promise<ProbeResult> {
  try {
    const { probeHttp } = await import('./http-probe.ts')
    return await probeHttp(spec.url, spec, timeoutMs)
  } catch (error) {
    return { isGood: false, detail: problemWords(error) }
  }
}

function probeTcp(host: string, port: number, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    const end = (isGood: boolean, detail: string) => {
      socket.destroy()
      resolve({ isGood, detail })
    }
    socket.once('connect', () => end(true, 'connected'))
    socket.once('timeout', () => end(false, `no answer within ${timeoutMs} ms`))
    socket.once('error', (error) => end(false, problemWords(error)))
  })
}

/** In a process group of its own, so that a check that hangs is killed with its children. */
function probeCommand(command: ProbeCommand, timeoutMs: number): Promise<ProbeResult> {
  const { path, argv, environment, uid, gid, workingDirectory } = command
  return new Promise((resolve) => {
    const child = spawn(path, argv.slice(1), {
      argv0: argv[0] ?? path,
      cwd: workingDirectory,
      detached: true,
      env: { ...environment },
      stdio: 'ignore',
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    })
    const killer = setTimeout(() => killGroup(child.pid), timeoutMs)
    const end = (isGood: boolean, detail: string) => {
      clearTimeout(killer)
      resolve({ isGood, detail })
    }
    child.once('error', (error) => end(false, problemWords(error)))
    child.once('exit', (code, signal) =>
      end(code === 0, signal === null ? `exited ${code}` : `killed by ${signal} (time-out ${timeoutMs} ms)`),
    )
  })
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone already: its exit is on the way.
  }
}
