import { writeFileSync } from 'node:fs'

/** Says to whoever started this, by a file that he named in the environment, that Electron came up. Nobody may wait for it. */
export function sayReady(env: NodeJS.ProcessEnv): void {
  const file = env.SLUICE_READY_FILE
  Reflect.deleteProperty(env, 'SLUICE_READY_FILE')
  if (!file) return
  try {
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
  } catch {
    // He has gone on without us.
  }
}
