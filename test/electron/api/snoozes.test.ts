import { expect, test } from 'vitest'
import type { Finding } from '../../../shared/judgement/finding'
import { useBackend } from './backend-kit'

const kit = useBackend()

/** What a page is told of what is wrong, as it stands. */
function follow(connectionId: string) {
  const controller = new AbortController()
  const told = {
    figures: [] as readonly number[],
    all: new Set<number>(),
    snoozed: -1,
    read: 0,
    leave: () => controller.abort(),
  }
  const read = async (): Promise<void> => {
    for await (const event of await kit.api.monitoring.watch({ connectionId }, { signal: controller.signal })) {
      if (event.kind === 'streams') told.read = event.streams.at(-1)?.summary.length ?? 0
      if (event.kind !== 'findings') continue
      told.figures = event.findings.flatMap((one: Finding) => ('length' in one ? [one.length] : []))
      for (const figure of told.figures) told.all.add(figure)
      told.snoozed = event.snoozed
    }
  }
  read().catch(() => undefined)
  return told
}

test('a snoozed finding is told again once it is ten times as much, and then for good; its connection takes it along', async () => {
  const add = async (entries: number): Promise<void> => {
    for (let n = 0; n < entries; n += 1) await kit.direct.xadd('orders:dead', '*', 'a', 'b')
  }
  await add(10)
  const connectionId = await kit.connect()
  await kit.api.host.saveSettings({ refreshSeconds: 1 })
  const page = follow(connectionId)
  await expect.poll(() => page.figures, { timeout: 20_000 }).toEqual([10])
  const findingId = 'dead-letters/sorders:dead'
  const asked = { findingId, kind: 'dead-letters', key: 'orders:dead', group: null, reason: 'known', forMs: 3_600_000 }
  const snooze = () => kit.api.monitoring.snooze({ connectionId, ...asked })
  await snooze()
  await expect.poll(() => [page.figures, page.snoozed]).toEqual([[], 1])
  expect(await kit.api.monitoring.snoozes({ connectionId })).toMatchObject([{ findingId, measure: { figure: 10 } }])

  await add(89)
  await expect.poll(() => page.read, { timeout: 20_000 }).toBe(99)
  await add(1)
  await expect.poll(() => [page.figures, page.snoozed], { timeout: 20_000 }).toEqual([[100], 0])
  expect([...page.all]).toEqual([10, 100])
  await expect.poll(() => kit.api.monitoring.snoozes({ connectionId })).toEqual([])
  await kit.direct.xtrim('orders:dead', 'MAXLEN', 20)
  await expect.poll(() => page.figures, { timeout: 20_000 }).toEqual([20])

  await snooze()
  await expect.poll(() => page.snoozed).toBe(1)
  page.leave()
  await kit.api.connection.close({ connectionId })
  await kit.api.connection.remove({ connectionId })
  expect(await kit.api.monitoring.snoozes({ connectionId })).toEqual([])
})
