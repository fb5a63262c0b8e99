import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { useBuiltApp } from '../../helpers/use-built-app'

// The sandbox in a process of its own, as the app is, so that this process can be ended in every way there is.
const app = useBuiltApp(new URL('./sandbox-app.ts', import.meta.url))

interface Running {
  readonly child: ChildProcess
  readonly dataDir: string
  readonly serverPid: number
}

async function run(): Promise<Running> {
  const child = spawn(process.execPath, [app.path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, ...(JSON.parse(line) as Omit<Running, 'child'>) }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'an exception', 'an exit'] as const)(
  'server and files go when the app ends by %s',
  async (way) => {
    const { child, dataDir, serverPid } = await run()
    expect(isRunning(serverPid)).toBe(true)
    const ended = once(child, 'exit')
    if (way.startsWith('SIG')) child.kill(way as NodeJS.Signals)
    else child.stdin?.write(`${way}\n`)
    await ended
    await expect.poll(() => isRunning(serverPid), { timeout: 4_000 }).toBe(false)
    await expect.poll(() => existsSync(dirname(dataDir)), { timeout: 4_000 }).toBe(false)
  },
)
