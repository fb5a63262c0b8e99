import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'

export interface PageMemory {
  /** The most so far, of the whole process that runs the page where the system tells (Linux), else of its JavaScript; MB. */
  readonly mostMb: number
  readonly mostHeapMb: number
  sample(page: Page): Promise<void>
}

const MB = 1024 * 1024

/** Watches how much memory the page takes, whenever it is asked to look. */
export async function watchPageMemory(browser: Browser): Promise<PageMemory> {
  const session = await browser.newBrowserCDPSession()
  let mostMb = 0
  let mostHeapMb = 0
  return {
    get mostMb() {
      return mostMb
    },
    get mostHeapMb() {
      return mostHeapMb
    },
    async sample(page) {
      const ofPage = await page.context().newCDPSession(page)
      const { usedSize } = await ofPage.send('Runtime.getHeapUsage')
      await ofPage.detach()
      mostHeapMb = Math.max(mostHeapMb, usedSize / MB)
      const { processInfo } = await session.send('SystemInfo.getProcessInfo')
      const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => proportionalSize(id))
      mostMb = Math.max(mostMb, ...renderers, usedSize / MB)
    },
  }
}

/** Its memory with what it shares with other processes divided among them; 0 where the system doesn't tell. */
function proportionalSize(pid: number): number {
  if (process.platform !== 'linux') return 0
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) / 1024
}
