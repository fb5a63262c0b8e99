import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a browser keeps for the window, apart from what it keeps for its user. */
export interface Profile {
  readonly dir: string
  readonly isNew: boolean
  /** May be called again. */
  remove(): Promise<void>
}

/** It is to keep no passwords, fill in nothing, and offer no translation. */
const PREFERENCES = {
  credentials_enable_service: false,
  profile: { password_manager_enabled: false, name: 'Sluice' },
  autofill: { profile_enabled: false, credit_card_enabled: false },
  translate: { enabled: false },
}

/** The one in `dir`, which is kept with where the window was. Rejects as the disk does. */
export async function keptProfile(dir: string): Promise<Profile> {
  return { ...(await makeProfile(dir)), remove: () => Promise.resolve() }
}

/** One beside it, for as long as the window is open. Rejects as the disk does. */
export async function passingProfile(parent = tmpdir()): Promise<Profile> {
  const own = await mkdtemp(join(parent, 'sluice-window-'))
  // The browser may be writing its last.
  const remove = () => rm(own, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  return { ...(await makeProfile(join(own, 'profile'))), remove }
}

async function makeProfile(dir: string): Promise<Omit<Profile, 'remove'>> {
  const isNew = !existsSync(dir)
  if (isNew) {
    await mkdir(join(dir, 'Default'), { recursive: true, mode: 0o700 })
    await writeFile(join(dir, 'Default', 'Preferences'), JSON.stringify(PREFERENCES), { mode: 0o600 })
  }
  return { dir, isNew }
}
