import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, delimiter, isAbsolute, join } from 'node:path'
import { webWords } from '../../../shared/words/en/web-words'
import { UsageError } from '../../host/usage-error'

/** A browser of Chromium's family: what opens a page as a window of its own (`--app`). */
export interface AppBrowser {
  readonly command: string
  /** It sees of the home directory only what does not begin with a dot, and nothing of /tmp and /usr. */
  readonly isSnap: boolean
}

interface Machine {
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  readonly home: string
  readonly isRoot: boolean
}

const ON_LINUX = [
  ...['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser'],
  ...['microsoft-edge-stable', 'microsoft-edge', 'brave-browser', 'vivaldi-stable', 'vivaldi'],
]
const ON_MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser', 'Vivaldi']
const ON_WINDOWS = [
  ...['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'],
  ...['BraveSoftware/Brave-Browser/Application/brave.exe', 'Chromium/Application/chrome.exe'],
]
/** A script that only calls another program is smaller. */
const SCRIPT_BYTES = 8_192

/**
 * SLUICE_BROWSER where it names one, else the first that is installed; null where there is none. Root gets none but the one that
 * is named: Chromium's sandbox does not run as root. Throws `UsageError` where SLUICE_BROWSER is no program.
 */
export function findAppBrowser({ env, platform, home, isRoot }: Machine): AppBrowser | null {
  const named = env.SLUICE_BROWSER
  if (named) {
    const command = isAbsolute(named) ? named : onPath(named, env)
    if (command === null || !isProgram(command)) throw new UsageError(webWords.noSuchBrowser(named))
    return { command, isSnap: isSnap(command) }
  }
  if (isRoot) return null
  const command = candidates({ env, platform, home }).find(isProgram)
  return command === undefined ? null : { command, isSnap: platform === 'linux' && isSnap(command) }
}

function candidates({ env, platform, home }: Omit<Machine, 'isRoot'>): readonly string[] {
  if (platform === 'darwin') {
    return ['/', home].flatMap((root) =>
      ON_MAC.map((name) => join(root, 'Applications', `${name}.app`, 'Contents/MacOS', name)),
    )
  }
  if (platform === 'win32') {
    const roots = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].filter((root) => root !== undefined)
    return ON_WINDOWS.flatMap((path) => roots.map((root) => join(root, path)))
  }
  return ON_LINUX.flatMap((name) => onPath(name, env) ?? [])
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | null {
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute)
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Also where it is called by a script, as Ubuntu's `chromium-browser` is. */
function isSnap(command: string): boolean {
  try {
    const real = realpathSync(command)
    if (basename(real) === 'snap' || /^\/snap\//.test(real)) return true
    return statSync(real).size < SCRIPT_BYTES && /\/snap\/bin\//.test(readFileSync(real, 'latin1'))
  } catch {
    return false
  }
}
