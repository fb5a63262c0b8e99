import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where connections, settings, journal and backups are kept: `SLUICE_DATA_DIR`, else the platform's usual place
 * (https://specifications.freedesktop.org/basedir-spec/latest/ on Linux). Both hosts use the same one. Not made here.
 */
export function dataDir(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env.SLUICE_DATA_DIR) return env.SLUICE_DATA_DIR
  const home = homedir()
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Sluice', 'data')
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Sluice', 'data')
  // The specification says to ignore a path that is not absolute.
  const shared = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(home, '.local', 'share')
  return join(shared, 'sluice')
}
