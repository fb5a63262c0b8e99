import { spawn } from 'node:child_process'

interface Opener {
  readonly command: string
  readonly args: readonly string[]
}

/** How this platform opens an address, or a page in a file, in the user's browser. None goes through a shell. */
function opener(target: string, platform: NodeJS.Platform): Opener {
  if (platform === 'darwin') return { command: 'open', args: [target] }
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler', target] }
  return { command: 'xdg-open', args: [target] }
}

/** Whether a window could be shown. */
export function hasDisplay(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return !env.SSH_CONNECTION
  return Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY)
}

/**
 * Resolves to false where there is nothing to open it with. Does not wait for the browser. `target` stands in the process's
 * arguments, where everybody on the machine may read it.
 */
export function openBrowser(target: string, platform: NodeJS.Platform = process.platform): Promise<boolean> {
  const { command, args } = opener(target, platform)
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
