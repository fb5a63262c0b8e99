import type { Page } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../helpers/chromium'
import { openBenchPage, type PageBench } from './bench-page'
import { clickToShown, scrollRate, type Expected } from './click-timing'
import { atLeast, atMost, median, spread, timed, type Figure } from './figures'
import { watchPageMemory, type PageMemory } from './page-memory'
import { BIG, GROUP, HOLDER } from './seed'

const RUNS = 7
const REASSIGN_RUNS = 3
const SCREEN_OF_ROWS = 15
const GRID_ROW = '[role=row][aria-rowindex]:not([aria-rowindex="1"])'

const rowsOf = (grid: string, least: number, text: string): Expected => ({
  selector: `[role=grid][aria-label="${grid}"] ${GRID_ROW}`,
  least,
  text,
})

/** From click to rows on screen, in the built page; every run in a page of its own, with nothing cached. */
export async function measurePage(bench: PageBench): Promise<readonly Figure[]> {
  const browser = await launchChromium()
  try {
    const memory = await watchPageMemory(browser)
    const times = { listed: [], open: [], entries: [], groups: [], consumers: [], pending: [] } as Record<
      Step,
      number[]
    >
    let fps = 0
    for (let run = 0; run < RUNS; run += 1) {
      const { page, close } = await openBenchPage(browser, bench)
      const took = await walk(page, bench, memory)
      for (const step of Object.keys(times) as Step[]) times[step].push(took[step])
      if (run === 0) fps = await scrollRate(page.getByRole('tree', { name: 'Streams' }), 120, 400)
      await memory.sample(page)
      await close()
    }
    const reassigned = await measureReassignInPage(browser, bench, memory)
    return [
      clicks('all streams listed, no click', times.listed, 3_000),
      { name: 'scrolling through them', value: fps, unit: 'fps', aim: atLeast(55), from: '120 frames, 400 px each' },
      clicks('open the big stream', times.open, 120),
      clicks('its entries', times.entries, 120),
      clicks('its groups', times.groups, 80),
      clicks('a group’s consumers', times.consumers, 80),
      clicks('a consumer’s pending entries', times.pending, 90),
      clicks(`reassign ${bench.held} in one click, to the final count`, reassigned, 3_000),
      {
        name: 'memory of the page, at most',
        value: memory.mostMb,
        unit: 'MB',
        aim: atMost(300),
        from: `of that JavaScript ${memory.mostHeapMb.toFixed(0)} MB`,
      },
    ]
  } finally {
    await browser.close()
  }
}

type Step = 'listed' | 'open' | 'entries' | 'groups' | 'consumers' | 'pending'

function clicks(name: string, times: readonly number[], most: number): Figure {
  return { name, value: median(times), unit: 'ms', aim: atMost(most), from: spread(times) }
}

async function walk(
  page: Page,
  { host, client, connectionId }: PageBench,
  memory: PageMemory,
): Promise<Record<Step, number>> {
  await client.connection.close({ connectionId })
  const listed = await timed(async () => {
    await page.goto(host.origin)
    await page.locator('[data-test=scan-status]', { hasText: /^[^a-z]*(k|M)? keys, / }).waitFor()
  })
  await memory.sample(page)

  const tree = page.getByRole('tree', { name: 'Streams' })
  const stream = tree.getByRole('treeitem').filter({ hasText: BIG.split(':')[1] ?? '' })
  const open = await clickToShown(page, stream.first(), rowsOf('Groups', 1, GROUP))
  const entries = await clickToShown(
    page,
    page.getByRole('tab', { name: 'Entries' }),
    rowsOf('Entries, newest first', SCREEN_OF_ROWS, 'ORD-'),
  )
  await memory.sample(page)
  const groups = await clickToShown(page, page.getByRole('tab', { name: 'Groups' }), rowsOf('Groups', 1, GROUP))
  const group = page.getByRole('grid', { name: 'Groups' }).getByRole('row').filter({ hasText: GROUP })
  const consumers = await clickToShown(page, group, rowsOf('Consumers', 6, 'consumer-'))
  const holder = page.getByRole('grid', { name: 'Consumers' }).getByRole('row').filter({ hasText: HOLDER })
  const pending = await clickToShown(page, holder, rowsOf(`Pending entries of ${HOLDER}`, 10, HOLDER))
  return { listed, open, entries, groups, consumers, pending }
}

/** One click on Reassign, until the notice tells how many; then taken back for the next run. */
async function measureReassignInPage(
  browser: Browser,
  bench: PageBench,
  memory: PageMemory,
): Promise<readonly number[]> {
  const { client, connectionId, held } = bench
  const { page, close } = await openBenchPage(browser, bench)
  await page.goto(bench.host.origin)
  await page
    .getByRole('tree', { name: 'Streams' })
    .getByRole('treeitem')
    .filter({ hasText: BIG.split(':')[1] ?? '' })
    .first()
    .click()
  await page.getByRole('grid', { name: 'Groups' }).getByRole('row').filter({ hasText: GROUP }).click()
  const times: number[] = []
  for (let run = 0; run < REASSIGN_RUNS; run += 1) {
    const count = held.toString().replace(/\B(?=(\d{3})+$)/g, '\u202f')
    const notice = { selector: '[data-test=job-notice]', least: 1, text: `Claimed ${count} ` }
    times.push(await clickToShown(page, page.getByRole('button', { name: `Reassign ${HOLDER}` }), notice))
    await memory.sample(page)
    await dismissNotice(page, notice.text)
    const { records } = await client.journal.list({ connectionId, count: 1 })
    await giveBack(client, connectionId, records[0]?.id ?? '')
    await dismissNotice(page, 'Gave back')
  }
  await close()
  return times
}

async function giveBack(client: PageBench['client'], connectionId: string, recordId: string): Promise<void> {
  const updates = await client.job.watch()
  const started = await client.recovery.undo({ connectionId, recordId })
  for await (const job of updates) if (job.id === started.id && job.state !== 'running') return
}

/** Waits for a notice and sends it away, so that the next one can't be mistaken for it. */
async function dismissNotice(page: Page, text: string): Promise<void> {
  const notice = page.locator('[data-test=job-notice]', { hasText: text.trim() })
  await notice.getByRole('button', { name: 'Dismiss' }).click()
  await notice.waitFor({ state: 'detached' })
}
