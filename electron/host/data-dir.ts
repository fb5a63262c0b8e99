import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where a host keeps things. Neither is made here. */
export interface DataDirs {
  /** Journal, backups, secrets, and what is known of SSH servers. */
  readonly data: string
  /** Settings and connections. The same directory, except on Linux. */
  readonly config: string
}

/**
 * `SLUICE_DATA_DIR` keeps everything together; else the platform's usual places
 * (https://specifications.freedesktop.org/basedir-spec/latest/ on Linux). Both hosts use the same ones.
 */
export function usualDirs(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): DataDirs {
  if (env.SLUICE_DATA_DIR) return together(env.SLUICE_DATA_DIR)
  const home = homedir()
  if (platform === 'darwin') return together(join(home, 'Library', 'Application Support', 'Sluice', 'data'))
  if (platform === 'win32') return together(join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Sluice', 'data'))
  // The specification says to ignore a path that is not absolute.
  const given = (path: string | undefined, usual: string) => (path?.startsWith('/') ? path : usual)
  return {
    data: join(given(env.XDG_DATA_HOME, join(home, '.local', 'share')), 'sluice'),
    config: join(given(env.XDG_CONFIG_HOME, join(home, '.config')), 'sluice'),
  }
}

export function together(dir: string): DataDirs {
  return { data: dir, config: dir }
}
