import { expect, test } from 'vitest'
import { batchesOf, claimRecord, counts, priors, useJournals, writeWhole } from './journal-kit'
import { verbatim } from '../../../../shared/words/messages'

const kit = useJournals()
const BINARY = { base64: '//4A' }

test('a record is running from its beginning to its end, and its counts grow with the outcomes', async () => {
  const journal = await kit.open()
  const record = await journal.begin(claimRecord())
  const shown = async () => (await journal.get(record.id)).record
  expect(await shown()).toMatchObject({ id: record.id, state: 'running', endedAt: null, counts: counts() })
  await record.intent(0, 1, priors([1, 2]))
  await record.outcome(0, { until: 2, counts: counts({ changed: 1, leftAlone: 1 }), except: ['2-0'] })
  await record.intent(1, 3, priors([3]))
  await record.outcome(1, { until: 4, counts: counts({ changed: 1 }), except: [] })
  expect(await shown()).toMatchObject({ state: 'running', counts: { changed: 2, leftAlone: 1 } })
  const error = { code: 'REDIS', data: { prefix: 'ERR' } }
  await record.end({ state: 'failed', counts: counts({ changed: 2 }), error, backupFile: '/b' })
  expect(await shown()).toMatchObject({ state: 'failed', counts: counts({ changed: 2 }), error, backupFile: '/b' })
  expect((await shown()).endedAt).toBeGreaterThanOrEqual((await shown()).at)
})

test('a restart finds every record and batch as they were', async () => {
  const journal = await kit.open()
  const id = await writeWhole(journal, {}, 3)
  await journal.begin(claimRecord({ action: 'add entry', group: null, request: null }))
  const before = await journal.list({ count: 10 })
  const batches = await batchesOf(journal, id)
  await journal.close()
  const again = await kit.open()
  expect((await again.list({ count: 10 })).records).toEqual(before.records)
  expect(await batchesOf(again, id)).toEqual(batches)
  expect(batches.map(({ at, until }) => [at, until])).toEqual([
    [1_000, 2_000],
    [1_001, 2_001],
    [1_002, 2_002],
  ])
})

test('names of any bytes come back as they were: of streams, groups, consumers, targets', async () => {
  const names = [BINARY, 'naïve\u0000 "ключ"\n', '\ufeffmark', '', { base64: 'wyg=' }]
  const journal = await kit.open()
  const ids: string[] = []
  for (const name of names) {
    const request = {
      selection: { kind: 'consumer' as const, consumer: name },
      action: { kind: 'claim' as const, to: name, includeGone: false },
    }
    const record = await journal.begin(claimRecord({ key: name, group: name, request }))
    await record.intent(
      0,
      1,
      names.map((consumer, at) => ({ ...priors([at + 1])[0]!, consumer })),
      name,
    )
    await record.outcome(0, { until: 2, counts: counts({ changed: names.length }), except: [] })
    ids.push(record.id)
  }
  for (const reader of [journal, await kit.open()]) {
    for (const [at, id] of ids.entries()) {
      const action = { to: names[at] }
      expect(await reader.get(id)).toMatchObject({ record: { key: names[at], group: names[at] }, request: { action } })
      const [batch] = await batchesOf(reader, id)
      expect(batch?.to).toEqual(names[at])
      expect(batch?.changed.map(({ consumer }) => consumer)).toEqual(names)
    }
  }
})

test('ids, delivery counts and times come back whole, beyond what a number holds', async () => {
  const journal = await kit.open()
  const prior = [
    {
      id: '18446744073709551615-18446744073709551615',
      consumer: 'a',
      deliveries: 9223372036854775807n,
      deliveredAt: 0,
    },
    { id: '0-1', consumer: 'b', deliveries: 0, deliveredAt: 1_700_000_000_123 },
  ]
  const record = await journal.begin(claimRecord())
  await record.intent(0, 1, prior)
  await record.outcome(0, { until: 2, counts: counts({ changed: 2 }), except: [] })
  expect((await batchesOf(journal, record.id))[0]?.changed).toEqual(prior)
})

test('what the outcome excepts was not changed', async () => {
  const journal = await kit.open()
  const record = await journal.begin(claimRecord())
  await record.intent(0, 1, priors([1, 2, 3]))
  await record.outcome(0, { until: 2, counts: counts({ changed: 1 }), except: ['1-0', '3-0'] })
  expect((await batchesOf(journal, record.id))[0]?.changed.map(({ id }) => id)).toEqual(['2-0'])
})

test('copies that were written are known by the entry they are of', async () => {
  const journal = await kit.open()
  const record = await journal.begin(claimRecord())
  await record.intent(0, 1, priors([1, 2]))
  const outcome = { until: 2, counts: counts({ changed: 2 }), except: [] }
  await record.outcome(0, {
    ...outcome,
    copies: [
      ['1-0', '77-1'],
      ['2-0', '77-2'],
    ],
  })
  const [batch] = await batchesOf(journal, record.id)
  expect([...(batch?.copies ?? [])]).toEqual([
    ['1-0', '77-1'],
    ['2-0', '77-2'],
  ])
})

test('a batch without an outcome comes last, with nothing known of when', async () => {
  const journal = await kit.open()
  const record = await journal.begin(claimRecord())
  await record.intent(0, 1, priors([1]))
  await record.intent(1, 2, priors([2]))
  await record.outcome(1, { until: 5, counts: counts({ changed: 1 }), except: [] })
  const batches = await batchesOf(journal, record.id)
  expect(batches.map(({ at, until }) => [at, until])).toEqual([
    [2, 5],
    [1, null],
  ])
})

test('two records at once keep their batches apart', async () => {
  const journal = await kit.open()
  const [a, b] = await Promise.all([journal.begin(claimRecord()), journal.begin(claimRecord({ key: 'other' }))])
  await Promise.all([a.intent(0, 1, priors([1])), b.intent(0, 1, priors([2]))])
  await Promise.all([a, b].map((each) => each.outcome(0, { until: 2, counts: counts({ changed: 1 }), except: [] })))
  expect((await batchesOf(journal, a.id))[0]?.changed.map(({ id }) => id)).toEqual(['1-0'])
  expect((await batchesOf(journal, b.id))[0]?.changed.map(({ id }) => id)).toEqual(['2-0'])
})

test('a record that names another one in its words is not that one', async () => {
  const journal = await kit.open()
  const id = await writeWhole(journal)
  await writeWhole(journal, { summary: verbatim(`undo: ${id}`), undoes: id })
  expect(await batchesOf(journal, id)).toHaveLength(1)
})

test('an unknown record is NOT_FOUND', async () => {
  const journal = await kit.open()
  const gone = { code: 'NOT_FOUND', data: { what: 'journal record', name: 'gone' } }
  await expect(journal.get('gone')).rejects.toMatchObject(gone)
  await expect(batchesOf(journal, 'gone')).rejects.toMatchObject(gone)
})

test('only an undo that was done marks the record as undone, here and after a restart', async () => {
  const journal = await kit.open()
  const id = await writeWhole(journal)
  const undoneBy = async (reader = journal) => (await reader.get(id)).record.undo.undoneBy
  for (const state of ['cancelled', 'failed', 'interrupted'] as const) {
    const part = await journal.begin(claimRecord({ action: 'undo', undoes: id }))
    await part.end({ state, counts: counts(), error: null })
    expect(await undoneBy()).toBeNull()
  }
  const undo = await writeWhole(journal, { action: 'undo', undoes: id })
  expect(await undoneBy()).toBe(undo)
  expect(await undoneBy(await kit.open())).toBe(undo)
})
