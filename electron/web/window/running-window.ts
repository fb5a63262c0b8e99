import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { WEB_PATHS } from '../../../shared/web-paths'
import { rewriteLocked } from '../../services/lib/file-lock'

/** The host that has the window of a data directory, for the next start to find: only this user may read of it. */
const running = z.object({ port: z.int().min(1).max(65_535), secret: z.string().min(16) })
type Running = z.infer<typeof running>

const ASK_MS = 3_000

function fileOf(dataDir: string): string {
  return join(dataDir, 'window.json')
}

/** Asks the host that has the window for another one. False: there is none that answers. */
async function askRunning(dataDir: string): Promise<boolean> {
  const there = await readRunning(dataDir)
  if (there === null) return false
  try {
    // Whoever has the port since then learns a secret that is good for nothing any more.
    const { status } = await fetch(`http://127.0.0.1:${there.port}${WEB_PATHS.window}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${there.secret}` },
      signal: AbortSignal.timeout(ASK_MS),
      redirect: 'error',
    })
    return status === 200
  } catch {
    return false
  }
}

/**
 * `start`s a host that has the window from now on, unless there is one: false. Of several that are started at once one begins, and
 * the others find it. Throws as `start` does.
 */
export async function startUnlessRunning(dataDir: string, start: () => Promise<Running>): Promise<boolean> {
  let mine: Promise<Running> | null = null
  let isThere = false
  try {
    await rewriteLocked(fileOf(dataDir), async () => {
      isThere = mine === null && (await askRunning(dataDir))
      return isThere ? null : JSON.stringify(await (mine ??= start()))
    })
  } catch {
    // What start throws counts. Where nothing can be written down, nobody finds it: that alone is no reason not to start.
    if (!isThere) await (mine ?? start())
  }
  return !isThere
}

/** Whoever had the window by this secret has it no more. */
export async function sayEnded(dataDir: string, secret: string): Promise<void> {
  if ((await readRunning(dataDir))?.secret === secret) await rm(fileOf(dataDir), { force: true })
}

async function readRunning(dataDir: string): Promise<Running | null> {
  try {
    return running.parse(JSON.parse(await readFile(fileOf(dataDir), 'utf8')))
  } catch {
    return null
  }
}
