import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { sandboxWords } from '../../shared/words/en/sandbox-words'

const NAMES = ['redis-server', 'valkey-server']
// Where packages put servers, but a desktop's PATH may not reach.
const USUAL_FOLDERS = ['/usr/local/bin', '/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin', '/snap/bin']

/** No server to run on. The message says what to type. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError'
}

/** The path of a redis-server or valkey-server on PATH. Throws NoServerError. */
export function findServer(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  usualFolders: readonly string[] = USUAL_FOLDERS,
): string {
  if (platform === 'win32') {
    throw new NoServerError(sandboxWords.notOnWindows)
  }
  const folders = [...(env.PATH ?? '').split(delimiter).filter((folder) => folder.startsWith('/')), ...usualFolders]
  for (const name of NAMES) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable)
    if (found !== undefined) return found
  }
  const command = platform === 'darwin' ? sandboxWords.installOnMac : sandboxWords.installOnLinux
  throw new NoServerError(sandboxWords.noServer(command))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
