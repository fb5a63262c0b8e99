import { spawn, type ChildProcess } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import type { LaunchFile } from '../launch-file'
import type { AppBrowser } from './find-browser'
import type { Profile } from './profile'

/** How the window ended. `failed`: no page of it ever came. */
export type WindowEnd = 'closed' | 'failed'

export interface AppWindow {
  /** Of the program that shows it: its exit code or signal; null while it runs. */
  readonly exit: string | null
  readonly ended: Promise<WindowEnd>
  /** It has come to the host. */
  came(): void
  /** One more, of the same browser. */
  another(target: string): void
  /** Closes all of it. Resolves once the browser is gone, or it is not waited for any more. */
  close(): Promise<void>
}

export interface WindowTimes {
  /** Between two looks at how many pages there are. */
  readonly lookMs: number
  /** For how long there is none before the window counts as closed: a page that is loaded anew is away for a moment. */
  readonly awayMs: number
  /** After the browser handed over to one that ran already, until its page comes. */
  readonly comingMs: number
  /** A browser that showed something for so long, and ended well, was closed by a person. */
  readonly shownMs: number
  /** For a page that comes by itself, also of a browser that starts cold. */
  readonly patienceMs: number
  /** Until a browser that was told to end is killed. */
  readonly closingMs: number
}
const TIMES: WindowTimes = {
  lookMs: 250,
  awayMs: 2_000,
  comingMs: 10_000,
  shownMs: 5_000,
  patienceMs: 30_000,
  closingMs: 3_000,
}

export interface WindowOptions {
  readonly browser: AppBrowser
  readonly profile: Profile
  /** How many pages are open on the host. */
  pages(): number
  /** Whether a page is to come by itself: nobody has to log in first. */
  readonly comesByItself: boolean
  readonly times?: Partial<WindowTimes>
}

/** By which a desktop finds name and icon of the window. */
const WINDOW_CLASS = 'sluice'
const SIZE = '1440,900'

/** What the browser is to open: `page` of the packages, which always has the same address, or else the launch file itself. */
export function targetOf(file: LaunchFile, page: string | null): string {
  return page === null
    ? pathToFileURL(file.path).href
    : `${pathToFileURL(page).href}#${pathToFileURL(file.script).href}`
}

/** Opens `target` as a window of its own. Nothing secret may stand in it: others on this machine see a program's arguments. */
export function openAppWindow(target: string, options: WindowOptions): AppWindow {
  const { browser, profile, pages } = options
  const times = { ...TIMES, ...options.times }
  const startedAt = performance.now()
  const start = (what: string, isNew: boolean): ChildProcess =>
    spawn(browser.command, flags(what, profile.dir, isNew), {
      stdio: 'ignore',
      // Ctrl+C in a terminal is for the host, which closes the window in order.
      detached: process.platform !== 'win32',
    })
  const child = start(target, profile.isNew)
  let exit: string | null = null
  let livedMs = 0
  const exited = new Promise<void>((resolve) => {
    const onEnd = (how: string): void => {
      exit ??= how
      livedMs = performance.now() - startedAt
      resolve()
    }
    child.once('error', (error) => onEnd('code' in error ? String(error.code) : error.message))
    child.once('exit', (code, signal) => onEnd(String(code ?? signal)))
  })

  const seen = watchPages(pages, times.lookMs)
  const life = async (): Promise<WindowEnd> => {
    if (options.comesByItself) await Promise.race([exited, seen.comes(times.patienceMs)])
    if (options.comesByItself && !seen.ever && exit === null) return 'failed'
    await exited
    // Another browser of the same profile may show it now.
    if (!seen.ever && exit === '0' && livedMs < times.shownMs) await seen.comes(times.comingMs)
    if (!seen.ever) return exit === '0' && livedMs >= times.shownMs ? 'closed' : 'failed'
    await seen.gone(times.awayMs)
    return 'closed'
  }

  return {
    get exit() {
      return exit
    },
    ended: life().finally(() => seen.stop()),
    came: () => seen.came(),
    another(what) {
      start(what, false)
        .on('error', () => undefined)
        .unref()
    },
    async close() {
      seen.stop()
      if (exit === null) child.kill()
      const late = setTimeout(() => child.kill('SIGKILL'), times.closingMs)
      await exited
      clearTimeout(late)
    },
  }
}

function flags(target: string, profile: string, isNew: boolean): readonly string[] {
  return [
    `--app=${target}`,
    `--user-data-dir=${profile}`,
    `--class=${WINDOW_CLASS}`,
    // Where it was last is known to the profile.
    ...(isNew ? [`--window-size=${SIZE}`] : []),
    ...['--no-first-run', '--no-default-browser-check', '--disable-background-mode'],
    // It is for Sluice alone: it calls nobody, and asks for no key ring.
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--password-store=basic'],
  ]
}

/** Looks again and again at how many pages there are. */
function watchPages(pages: () => number, everyMs: number) {
  let ever = false
  let gone = performance.now()
  const waiting = new Set<() => void>()
  const timer = setInterval(() => {
    if (pages() > 0) {
      ever = true
      gone = Infinity
    } else if (gone === Infinity) gone = performance.now()
    for (const look of [...waiting]) look()
  }, everyMs)
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
    })
  return {
    get ever() {
      return ever
    },
    came: () => void (ever = true),
    /** Until there is one, or it is too late. */
    comes(withinMs: number): Promise<void> {
      const from = performance.now()
      return until(() => ever || performance.now() - from >= withinMs)
    },
    /** Until there was none for so long. */
    gone: (forMs: number): Promise<void> => until(() => performance.now() - gone >= forMs),
    stop: () => clearInterval(timer),
  }
}
