import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Waiting } from '../../../../shared/judgement/waiting'
import type { LookedConsumer, LookedGroup } from '../../../../electron/redis/stream-look'
import { MOST_HOLDERS, MOST_KEPT } from '../../../../electron/services/history/holders'
import { createHistory, type History } from '../../../../electron/services/history/history'
import { createMemoryLog } from '../../../helpers/memory-log'
import { group, summary } from '../../../shared/judgement/judged-samples'

const SECOND = 1_000
const START = 1_700_000_400_000
const PLACE = 'a1-b2'
let dataDir: string
let history: History
let nowMs = START
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-figures-'))
  nowMs = START
  history = createHistory({ dataDir, log: createMemoryLog().log, now: () => nowMs })
})
afterEach(async () => {
  await history.close()
  rmSync(dataDir, { recursive: true, force: true })
})

type Row = readonly [name: string, pending: number, idleMs: number, inactiveMs?: number]
const consumer = ([name, pending, idleMs, inactiveMs = idleMs]: Row): LookedConsumer => ({
  ...{ idleMs, inactiveMs, pending, oldestIdleMs: null },
  name: pending === 0 ? null : Buffer.from(name),
})

interface Look {
  readonly key?: string
  readonly rows?: readonly Row[] | null
  readonly waiting?: Waiting
  readonly run?: number
  readonly next?: number | null
  readonly pending?: number
}

function look({ key = 'orders', rows = [], waiting, run = 5, next = null, pending }: Look = {}): void {
  const held = pending ?? (rows ?? []).reduce((sum, row) => sum + row[1], 0)
  const seen = group('billing', { pending: held, entriesRead: 40, consumers: 3, lag: { value: 7, kind: 'atLeast' } })
  history.note(
    PLACE,
    {
      summary: summary(key, [seen], { length: 9, entriesAdded: 50, memoryBytes: 4_096 }),
      groups: waiting ? [{ waiting }] : null,
      look: { next, groups: [{ consumerList: rows && rows.map(consumer) }] as unknown as LookedGroup[] },
      run,
    },
    nowMs,
  )
  nowMs += 10 * SECOND
}
const read = (key = 'orders') => history.read(PLACE, key, { stepMs: 10 * SECOND, fromMs: 0, toMs: nowMs }, 'billing')

test('of a stream and a group all that rates are made of, and how long it waits', async () => {
  look({ waiting: { ms: 90_000, kind: 'byId', atMostMs: 90_000 } })
  look({ waiting: { ms: 100_000, kind: 'atLeast', atMostMs: null } })
  look({ waiting: { ms: 0, kind: 'none', atMostMs: 0 } })
  look({ waiting: { ms: null, kind: 'unknown', atMostMs: null }, run: 6 })
  const past = await read()
  expect(past[0]).toEqual({
    ...{ atMs: START, length: 9, added: 50, memory: 4_096, run: 5 },
    groups: [
      {
        ...{ name: 'billing', pending: 0, lag: 7, lagKind: 'atLeast', entriesRead: 40, consumers: 3, holders: [] },
        waits: { sinceMs: START - 90_000, isLeast: false },
      },
    ],
  })
  expect(past.map(({ groups }) => groups[0]?.waits)).toEqual([
    { sinceMs: START - 90_000, isLeast: false },
    { sinceMs: START - 90_000, isLeast: true },
    'none',
    null,
  ])
  expect(past.map(({ run }) => run)).toEqual([5, 5, 5, 6])
})

test('who held what, and when it fell silent; who holds nothing is not kept', async () => {
  look({
    rows: [
      ['a', 5, 100],
      ['b', 2, 2_000, 9_000],
      ['c', 0, 10],
    ],
  })
  look({
    rows: [
      ['a', 5, 10_100],
      ['b', 0, 50],
    ],
  })
  const [first, second] = await read()
  expect(first?.groups[0]?.holders).toEqual([
    { name: 'a', pending: 5, seenMs: START - 1_000, activeMs: START - 1_000 },
    { name: 'b', pending: 2, seenMs: START - 2_000, activeMs: START - 9_000 },
  ])
  expect(second?.groups[0]?.holders).toEqual([
    { name: 'a', pending: 5, seenMs: START - 1_000, activeMs: START - 1_000 },
  ])
})

test('consumers that were not looked at in their turn still hold what they held; without any looked at, nothing is made up', async () => {
  look({ rows: [['a', 5, 0]] })
  look({ rows: null, pending: 5, next: 1 })
  look({ rows: null, pending: 5, next: null })
  expect((await read()).map(({ groups }) => groups[0]?.holders.map(({ name }) => name))).toEqual([['a'], ['a'], []])
})

test('of very many only those that hold most; one that is kept gives way to who holds twice as much', async () => {
  const many = Array.from({ length: 40 }, (_, at): Row => [`c${at}`, 100 - at, 0])
  look({ rows: many })
  look({ rows: [...many, ['late', 101, 0]] })
  look({ rows: [...many, ['late', 101, 0], ['huge', 1_000, 0]] })
  const names = (await read()).map(({ groups }) => groups[0]?.holders.map(({ name }) => name) ?? [])
  expect(names.map((all) => all.length)).toEqual([MOST_HOLDERS, MOST_HOLDERS, MOST_HOLDERS])
  expect(names[1]).toEqual(names[0])
  expect(names[2]).toContain('huge')
})

test('of all groups together no more than so many; room is made by those that hold nothing any more', async () => {
  const rows = Array.from({ length: MOST_HOLDERS }, (_, at): Row => [`c${at}`, 1, 0])
  const streams = MOST_KEPT / MOST_HOLDERS
  for (let at = 0; at < streams; at += 1) {
    look({ key: `s${at}`, rows })
    nowMs = START
  }
  look({ key: 'more', rows })
  expect((await read('more'))[0]?.groups[0]?.holders).toEqual([])
  look({ key: 's0', rows: [] })
  look({ key: 'more', rows })
  expect((await read('more')).at(-1)?.groups[0]?.holders).toHaveLength(MOST_HOLDERS)
  history.gone(PLACE, 's1')
  look({ key: 'another', rows })
  expect((await read('another')).at(-1)?.groups[0]?.holders).toHaveLength(MOST_HOLDERS)
})

test('files of the first format still open', async () => {
  look({ rows: [] })
  await read()
  const folder = join(dataDir, 'history', PLACE)
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name))
    writeFileSync(join(folder, name), Buffer.concat([Buffer.from('sluice-history-1\n'), bytes.subarray(17)]))
  }
  expect(await read()).toMatchObject([{ length: 9 }])
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name))
    writeFileSync(join(folder, name), Buffer.concat([Buffer.from('sluice-history-9\n'), bytes.subarray(17)]))
  }
  expect(await read()).toEqual([])
})
