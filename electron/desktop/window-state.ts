import { readFileSync, writeFileSync } from 'node:fs'
import type { Rectangle } from 'electron'
import type { Logger } from 'pino'
import { z } from 'zod'

/** Where the window was. Pixels as the platform counts them. */
const windowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  maximized: z.boolean(),
})
export type WindowState = z.infer<typeof windowState>

export const LEAST_WIDTH = 800
export const LEAST_HEIGHT = 560
const USUAL_WIDTH = 1440
const USUAL_HEIGHT = 900

export interface WindowStateFile {
  /** What was saved; null where there is nothing usable. */
  load(): WindowState | null
  save(state: WindowState): void
}

export function createWindowStateFile(path: string, log: Logger): WindowStateFile {
  return {
    load() {
      try {
        return windowState.parse(JSON.parse(readFileSync(path, 'utf8')))
      } catch (err) {
        // Missing at the first start; unreadable is no reason not to start.
        log.debug({ err }, 'no saved window state')
        return null
      }
    },
    save(state) {
      try {
        writeFileSync(path, JSON.stringify(state), { mode: 0o600 })
      } catch (err) {
        log.warn({ err }, 'the window state could not be saved')
      }
    },
  }
}

export type WindowBounds = Pick<Rectangle, 'width' | 'height'> & Partial<Pick<Rectangle, 'x' | 'y'>>

/**
 * Where to open: as saved, if enough of that is on a screen that is there now to take hold of it; else in the usual size,
 * where the platform likes. Never larger than the screen.
 */
export function placeWindow(saved: WindowState | null, workAreas: readonly Rectangle[]): WindowBounds {
  const [first] = workAreas
  const area = saved === null ? first : (workAreas.find((one) => isReachable(saved, one)) ?? first)
  const width = fit(saved?.width ?? USUAL_WIDTH, LEAST_WIDTH, area?.width)
  const height = fit(saved?.height ?? USUAL_HEIGHT, LEAST_HEIGHT, area?.height)
  const known = saved !== null && area !== undefined && isReachable(saved, area)
  return known ? { x: saved.x, y: saved.y, width, height } : { width, height }
}

function fit(wanted: number, least: number, room = Infinity): number {
  return Math.min(Math.max(wanted, least), Math.max(room, least))
}

/** Whether 100 pixels of its title bar lie within the screen. */
function isReachable({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const visible = Math.min(x + width, area.x + area.width) - Math.max(x, area.x)
  return visible >= 100 && y >= area.y && y <= area.y + area.height - 40
}
