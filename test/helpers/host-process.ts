import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach } from 'vitest'
import type { PresenceTimes } from '../../electron/services/journal/presence'
import { useBuiltApp } from './use-built-app'

/** A host in a process of its own, on a data directory that others may use as well. */
export interface HostProcess {
  readonly child: ChildProcess
  /** Calls a procedure, `job.list` say, and gives its result. Rejects with its code and data. */
  call<T = unknown>(path: string, input?: unknown): Promise<T>
  /** Follows an event iterator until the host ends. */
  follow<T>(path: string, input?: unknown): AsyncGenerator<T, void>
  /** Lets go of everything, as on SIGTERM, and ends. */
  stop(): Promise<void>
  /** Ends it without warning. */
  kill(): Promise<void>
}

export interface HostProcesses {
  /** `within`: a command that runs it, such as `unshare --pid --fork`. */
  start(dataDir: string, within?: readonly string[]): Promise<HostProcess>
}

interface Said {
  readonly id: number
  readonly result?: unknown
  readonly event?: unknown
  readonly ended?: true
  readonly error?: object
}

/** Hosts of the code as it is now, killed after each test. Call at the top of a test file. */
export function useHostProcesses(presence?: PresenceTimes): HostProcesses {
  const running = new Set<HostProcess>()
  const times = presence ? [JSON.stringify(presence)] : []
  const app = useBuiltApp(new URL('./host-app.ts', import.meta.url))
  afterEach(async () => {
    for (const host of running) await host.kill()
    running.clear()
  })
  return {
    async start(dataDir, within = []) {
      const command: readonly string[] = [...within, process.execPath, app.path, dataDir, ...times]
      const [file = '', ...args] = command
      // A group of its own: what runs within another program is killed with it.
      const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
      const host = talkTo(child)
      running.add(host)
      await host.ready
      return host
    },
  }
}

function talkTo(child: ChildProcess & { stdin: object; stdout: object }): HostProcess & { ready: Promise<unknown> } {
  const listeners = new Map<number, (said: Said) => void>()
  const exited = once(child, 'exit')
  let asked = 0
  const listen = (id: number): AsyncGenerator<Said, void> => {
    const said: Said[] = []
    let wake = (): void => undefined
    listeners.set(id, (each) => {
      said.push(each)
      wake()
    })
    return (async function* () {
      for (;;) {
        const next = said.shift()
        if (next) yield next
        else if (child.exitCode !== null || child.signalCode !== null) return
        else await Promise.race([new Promise<void>((resolve) => (wake = resolve)), exited])
      }
    })()
  }
  const first = async (answers: AsyncGenerator<Said, void>): Promise<unknown> => {
    for await (const { error, result } of answers) {
      if (error) throw Object.assign(new Error('the host refused'), error)
      return result
    }
    throw new Error('the host ended')
  }
  const ask = (path: string, input: unknown): AsyncGenerator<Said, void> => {
    asked += 1
    const answers = listen(asked)
    child.stdin?.write(`${JSON.stringify({ id: asked, path, input })}\n`)
    return answers
  }
  if (child.stdout) {
    createInterface(child.stdout).on('line', (line) => {
      const said = JSON.parse(line) as Said
      listeners.get(said.id)?.(said)
    })
  }
  return {
    child,
    ready: first(listen(0)),
    call: async <T>(path: string, input?: unknown) => (await first(ask(path, input))) as T,
    async *follow<T>(path: string, input?: unknown) {
      for await (const { error, event, ended } of ask(path, input)) {
        if (error) throw Object.assign(new Error('the host refused'), error)
        if (ended) return
        yield event as T
      }
    },
    async stop() {
      child.stdin?.end()
      await exited
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      process.kill(-(child.pid ?? 0), 'SIGKILL')
      await exited
    },
  }
}
