import { homedir } from 'node:os'
import { join } from 'node:path'
import { webWords } from '../../shared/words/en/web-words'
import { errorCode } from '../host/outside/bounded-file'
import { writeLaunchFile, type LaunchFile } from './launch-file'
import { openBrowser } from './open-browser'
import { openAppWindow, targetOf, type AppWindow } from './window/app-window'
import type { AppBrowser } from './window/find-browser'
import { keptProfile, passingProfile, type Profile } from './window/profile'

/** A browser that starts cold takes its time. */
const LAUNCH_FILE_MS = 120_000

export interface EntryOptions {
  /** What shows a window of its own; null: it opens in the user's browser. */
  readonly browser: AppBrowser | null
  /** Where that keeps what it keeps; null: nothing is kept. */
  readonly profileDir: string | null
  /** The page of the packages that leads on to the launch file; null: there is none. */
  readonly page: string | null
  /** How many pages are open. */
  pages(): number
  /** An address that lets one in. */
  url(): string
  /** Whether it is a secret: then it is handed over by a file, which is removed once it was used, or soon. */
  isSecret(): boolean
  say(text: string): void
  complain(text: string): void
}

/** How the person at this machine comes in. */
export interface Entry {
  open(): Promise<void>
  /** The window was closed. Never settles where there is none. */
  readonly closed: Promise<void>
  /** Somebody came in by a launch file. */
  used(): void
  close(): Promise<void>
}

export function createEntry(options: EntryOptions): Entry {
  const { browser, profileDir, page, say, complain } = options
  const files = new Set<LaunchFile>()
  let profile: Profile | null = null
  let window: AppWindow | null = null
  let onClosed = (): void => undefined
  const closed = new Promise<void>((resolve) => (onClosed = resolve))

  const removeFiles = async (): Promise<void> => {
    const all = [...files]
    files.clear()
    for (const file of all) await file.remove().catch(() => complain(webWords.launchFileStays(file.path)))
  }
  const writeFile = async (dir?: string): Promise<LaunchFile> => {
    const file = await writeLaunchFile(options.url(), dir)
    files.add(file)
    setTimeout(() => void removeFiles(), LAUNCH_FILE_MS).unref()
    return file
  }
  const inBrowser = async (): Promise<void> => {
    let target = options.url()
    say(`${webWords.isAt(target)}\n`)
    try {
      if (options.isSecret()) target = (await writeFile()).path
    } catch (error) {
      return complain(webWords.noLaunchFile(errorCode(error)))
    }
    if (!(await openBrowser(target))) complain(webWords.noBrowser)
  }

  /** False where nothing of it could be written. */
  const inWindow = async (app: AppBrowser): Promise<boolean> => {
    // What a snap may read lies here.
    const dir = app.isSnap ? join(homedir(), 'snap', 'chromium', 'common') : undefined
    try {
      profile ??= profileDir === null || dir !== undefined ? await passingProfile(dir) : await keptProfile(profileDir)
      const target = options.isSecret() ? targetOf(await writeFile(dir), app.isSnap ? null : page) : options.url()
      if (window?.exit === null) window.another(target)
      else {
        const how = { browser: app, profile, pages: () => options.pages(), comesByItself: options.isSecret() }
        watch(app, (window = openAppWindow(target, how)))
        say(`${webWords.inWindow}\n`)
      }
      return true
    } catch (error) {
      complain(webWords.noLaunchFile(errorCode(error)))
      return false
    }
  }
  const watch = (app: AppBrowser, shown: AppWindow): void => {
    void shown.ended.then(async (how) => {
      if (window !== shown) return
      if (how === 'closed') return onClosed()
      complain(webWords.noWindow(app.command, shown.exit))
      await shown.close()
      await inBrowser()
    })
  }

  return {
    closed,
    async open() {
      if (browser === null || !(await inWindow(browser))) await inBrowser()
    },
    used() {
      window?.came()
      void removeFiles()
    },
    async close() {
      const shown = window
      window = null
      await shown?.close()
      await removeFiles()
      await profile?.remove().catch(() => undefined)
    },
  }
}
