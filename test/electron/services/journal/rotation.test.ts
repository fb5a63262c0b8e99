import { statSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { writeName } from '../../../../electron/services/journal/folder'
import { birthOf } from '../../../../electron/services/journal/writer-process'
import { batchesOf, claimRecord, counts, priors, useJournals, writeWhole } from './journal-kit'

const kit = useJournals()

test('a file is followed by another when it is full, in the middle of a record too', async () => {
  const journal = await kit.open({ rotateBytes: 2_000, keepBytes: 1e9 })
  const id = await writeWhole(journal, {}, 40)
  expect(kit.names().length).toBeGreaterThan(5)
  for (const name of kit.names()) expect(statSync(kit.path(name)).size).toBeLessThan(2_600)
  for (const reader of [journal, await kit.open()]) {
    expect((await reader.get(id)).record).toMatchObject({ state: 'done', counts: { changed: 40 } })
    const batches = await batchesOf(reader, id)
    expect(batches.map(({ until }) => until)).toEqual(Array.from({ length: 40 }, (_, n) => 2_000 + n))
    expect(batches.flatMap(({ changed }) => changed.map(({ id: entry }) => entry))).toHaveLength(40)
  }
})

test('an intent in one file and its outcome in the next are one batch', async () => {
  const journal = await kit.open({ rotateBytes: 1, keepBytes: 1e9 })
  const record = await journal.begin(claimRecord())
  await record.intent(0, 1, priors([1]))
  await record.outcome(0, { until: 2, counts: counts({ changed: 1 }), except: [] })
  expect(kit.names()).toHaveLength(3)
  expect((await batchesOf(await kit.open(), record.id)).map(({ until }) => until)).toEqual([2])
})

test('files are read in the order of their making, though the clock be set back', async () => {
  const journal = await kit.open({ rotateBytes: 1, keepBytes: 1e9 })
  const record = await journal.begin(claimRecord())
  await record.intent(0, 1, priors([1]))
  const real = Date.prototype.toISOString
  vi.spyOn(Date.prototype, 'toISOString').mockImplementation(function (this: Date) {
    return real.call(new Date(this.getTime() - 86_400_000))
  })
  await record.outcome(0, { until: 2, counts: counts({ changed: 1 }), except: [] })
  vi.restoreAllMocks()
  expect((await batchesOf(await kit.open(), record.id)).map(({ until }) => until)).toEqual([2])
})

test('more than ten files keep their order', async () => {
  const journal = await kit.open({ rotateBytes: 1, keepBytes: 1e9 })
  const id = await writeWhole(journal, {}, 30)
  const untils = (await batchesOf(await kit.open(), id)).map(({ until }) => until)
  expect(untils).toEqual(Array.from({ length: 30 }, (_, n) => 2_000 + n))
})

test('beyond the cap the oldest files go, and their records with them', async () => {
  const journal = await kit.open({ rotateBytes: 1_000, keepBytes: 6_000 })
  const ids: string[] = []
  for (let n = 0; n < 40; n += 1) ids.unshift(await writeWhole(journal))
  expect(kit.size()).toBeLessThan(6_000 + 2 * 1_600)
  const { records } = await journal.list({ count: 100 })
  const left = records.map(({ id }) => id)
  expect(left.length).toBeGreaterThan(3)
  expect(left).toEqual(ids.slice(0, left.length))
  expect((await (await kit.open()).list({ count: 100 })).records.map(({ id }) => id)).toEqual(left)
})

test('the beginning of a record that still runs is kept, and all since; and goes once it has ended', async () => {
  const journal = await kit.open({ rotateBytes: 1_000, keepBytes: 3_000 })
  const past = await writeWhole(journal, {}, 10)
  const record = await journal.begin(claimRecord())
  for (let batch = 0; batch < 40; batch += 1) {
    await record.intent(batch, 1_000 + batch, priors([batch]))
    await record.outcome(batch, { until: 2_000 + batch, counts: counts({ changed: 1 }), except: [] })
  }
  expect(await batchesOf(journal, record.id)).toHaveLength(40)
  await expect(journal.get(past)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(kit.size()).toBeGreaterThan(5_000)
  await record.end({ state: 'done', counts: counts({ changed: 40 }), error: null })
  for (let n = 0; n < 5; n += 1) await writeWhole(journal)
  expect(kit.size()).toBeLessThan(3_000 + 2 * 1_600)
})

test('what another living process writes is never removed; what a dead one wrote is', async () => {
  const stamp = '20240101120000'
  const living = writeName({ stamp, pid: process.pid, birth: await birthOf(process.pid), serial: 0 })
  const dead = writeName({ stamp, pid: 2_147_483_000, birth: 'x', serial: 0 })
  for (const name of [living, dead]) kit.write(name, `${'x'.repeat(5_000)}\n`)
  const journal = await kit.open({ rotateBytes: 1, keepBytes: 100 })
  for (let n = 0; n < 5; n += 1) await writeWhole(journal)
  expect(kit.names()).toContain(living)
  expect(kit.names()).not.toContain(dead)
  // Each line has a file of its own here. Nor is the one removed that is being written, nor those of its record.
  const last = kit
    .names()
    .slice(1)
    .map((name) => kit.text(name).split('\n')[1]?.slice(0, 10))
  expect(last).toEqual(['{"t":"begi', '{"t":"inte', '{"t":"outc', '{"t":"end"'])
})
