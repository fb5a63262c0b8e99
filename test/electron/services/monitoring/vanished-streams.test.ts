import { expect, test } from 'vitest'
import { useMonitoring } from './watch-kit'

const kit = useMonitoring()

/** A group that holds the first of two entries. */
async function held(key: string): Promise<void> {
  await kit.feed.xgroup('CREATE', key, 'g', '0', 'MKSTREAM')
  for (const id of ['1-0', '2-0']) await kit.feed.xadd(key, id, 'n', 1)
  await kit.feed.xreadgroup('GROUP', 'g', 'w', 'COUNT', 1, 'STREAMS', key, '>')
}
async function searchAgain(connectionId: string): Promise<void> {
  for await (const { state } of kit.discovery.discover(connectionId, true)) if (state === 'done') return
}
const known = (connectionId: string) => kit.monitoring.reports(connectionId).map(({ summary }) => summary.key)

test('what a search does not find any more is looked at once more: of groups that went with it, it is told', async () => {
  kit.set({ refreshSeconds: 0 })
  await held('orders')
  await kit.feed.xgroup('CREATE', 'quiet', 'g', '0', 'MKSTREAM')
  const id = await kit.connect()
  const page = await kit.page(id)
  await expect.poll(() => page.reports.size).toBe(2)
  await kit.feed.del('orders', 'quiet')
  await searchAgain(id)
  const lost = { kind: 'vanished', groups: 1, streams: 1, named: [{ key: 'orders', group: 'g', withStream: true }] }
  await expect.poll(() => page.findings?.list).toMatchObject([lost])
  expect(known(id)).toEqual(['orders'])
  await held('orders')
  await searchAgain(id)
  kit.monitoring.refresh(id)
  await expect.poll(() => page.findings?.list).toEqual([])
})

test('what it does not find although it is there, as where its type is another by now, is forgotten', async () => {
  kit.set({ refreshSeconds: 0 })
  await held('orders')
  const id = await kit.connect()
  const page = await kit.page(id)
  await expect.poll(() => page.reports.size).toBe(1)
  await kit.feed.del('orders')
  await kit.feed.set('orders', 'no stream')
  await searchAgain(id)
  await expect.poll(() => known(id)).toEqual([])
})

test('what was ended from here is not missed, what somebody else ended is', async () => {
  kit.set({ refreshSeconds: 0 })
  await held('orders')
  await held('others')
  const id = await kit.connect()
  const page = await kit.page(id)
  await expect.poll(() => page.reports.size).toBe(2)
  for (const key of ['orders', 'others']) await kit.feed.xgroup('DESTROY', key, 'g')
  kit.monitoring.look(id, ['orders'], { group: 'g' })
  // A look at both: an end that ended no group forgives nothing.
  kit.monitoring.look(id, ['others'])
  await expect
    .poll(() => page.findings?.list)
    .toMatchObject([{ kind: 'vanished', groups: 1, named: [{ key: 'others' }] }])
  await expect.poll(() => page.reports.get('orders')?.summary.groups).toEqual([])
  expect(page.findings?.count).toBe(1)
})
