import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import type { StreamSummary } from '../../../../shared/model/stream'
import type { SeenStream } from '../../../../electron/services/lib/seen-stream'
import { createFrameWriter, HEADER } from '../../../../electron/services/history/frames'
import { createHistory, inMemory, type History } from '../../../../electron/services/history/history'
import { ownerOf, folderOf } from '../../../../electron/services/history/connection-folder'
import { MOST_SERIES } from '../../../../electron/services/history/recorder'
import type { Past } from '../../../../electron/services/history/read-past'
import { seriesName } from '../../../../electron/services/history/series'
import { memoryShelf } from '../../../../electron/services/history/shelf'
import { asNobody } from '../../../helpers/as-nobody'
import { createMemoryLog } from '../../../helpers/memory-log'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
/** A whole number of steps of every tier. */
const START = Math.ceil(1_700_000_000_000 / (3 * DAY)) * 3 * DAY
const FOLDER = 'a1-b2'

let dataDir: string
let history: History
let memory = createMemoryLog()
let nowMs = START
const start = (mostBytes?: number): History =>
  createHistory({ dataDir, log: memory.log, now: () => nowMs, ...(mostBytes === undefined ? {} : { mostBytes }) })
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-history-'))
  memory = createMemoryLog()
  nowMs = START
  history = start()
})
afterEach(async () => {
  await history.close()
  rmSync(dataDir, { recursive: true, force: true })
})

type GroupRow = readonly [name: Bytes, pending: number, lag: number | null]

function seen(key: Bytes, length: number, groups: readonly GroupRow[] = []): SeenStream {
  const group = ([name, pending, lag]: GroupRow) => ({
    ...{ name, pending, consumers: 1, lastDeliveredId: '0-0', entriesRead: null, pendingRange: null },
    lag: lag === null ? { kind: 'unknown', value: null, reason: 'not-told' } : { kind: 'exact', value: lag },
  })
  const all = { key, length, groups: groups.map(group), moreGroups: 0, lastId: null, atMs: nowMs, large: false }
  return { summary: { ...all, error: null } as unknown as StreamSummary, groups: null, look: null, run: null }
}

/** A look at this time; afterwards that long goes by. */
function look(key: Bytes, length: number, groups: readonly GroupRow[] = [], thenMs = 10 * SECOND, to = history): void {
  to.note(FOLDER, seen(key, length, groups), nowMs)
  nowMs += thenMs
}

function read(key: Bytes, stepMs = 10 * SECOND, of = history, folder = FOLDER): Promise<readonly Past[]> {
  return of.read(folder, key, { stepMs, fromMs: START - 40 * DAY, toMs: nowMs })
}
const lengths = (all: readonly Past[]): readonly (number | null)[] => all.map(({ length }) => length)
const filesIn = (folder: string): string[] =>
  existsSync(join(folder, 'history')) ? readdirSync(join(folder, 'history')) : []
const filesOf = (folder = FOLDER): string[] => readdirSync(join(dataDir, 'history', folder)).toSorted()

test('what was seen is there after a restart, at each step, of streams and groups of any names', async () => {
  const group = { base64: Buffer.from([0, 255, 10]).toString('base64') }
  look('orders', 1, [[group, 5, 7]])
  look('orders', 2, [[group, 5, null]])
  look('others', 9, [['billing', 1, 1]])
  look('orders', 3, [
    [group, 6, 0],
    ['', 1, 2],
  ])
  await history.close()
  history = start()
  expect(await read('orders')).toMatchObject([
    { atMs: START, length: 1, groups: [{ name: group, pending: 5, lag: 7 }] },
    { atMs: START + 10 * SECOND, length: 2, groups: [{ name: group, pending: 5, lag: null }] },
    {
      atMs: START + 30 * SECOND,
      length: 3,
      groups: [
        { name: group, pending: 6, lag: 0 },
        { name: '', pending: 1, lag: 2 },
      ],
    },
  ])
  nowMs = START + 10 * MINUTE
  look('orders', 4)
  expect(lengths(await read('orders', MINUTE))).toEqual([3])
  expect(await read('nobody')).toEqual([])
})

test('who is killed loses the last step, and no more', async () => {
  for (let at = 1; at <= 5; at += 1) look('orders', at)
  await read('orders')
  look('orders', 6)
  // Not closed: what was told since is lost with the process.
  const again = start()
  expect(lengths(await read('orders', 10 * SECOND, again))).toEqual([1, 2, 3, 4, 5])
  await again.close()
})

test('a step is what was seen last in it', async () => {
  look('orders', 1, [], 3 * SECOND)
  look('orders', 2, [], 3 * SECOND)
  look('orders', 3, [], 4 * SECOND)
  look('orders', 4)
  expect(lengths(await read('orders'))).toEqual([3, 4])
})

test('where nobody looked there is a gap, and not what was before', async () => {
  look('orders', 1)
  nowMs += 30 * MINUTE
  look('orders', 2)
  expect(await read('orders')).toMatchObject([
    { atMs: START, length: 1, groups: [] },
    { atMs: START + 10 * SECOND, length: null, groups: [] },
    { atMs: START + 30 * MINUTE + 10 * SECOND, length: 2, groups: [] },
  ])
})

/** Only other streams are looked at, once in each step. */
function lookElsewhere(forMs: number): void {
  for (const untilMs = nowMs + forMs; nowMs < untilMs;) look('others', 1)
}

test('one of very many is looked at now and then: there is a step for each look, and none made up between', async () => {
  for (let at = 0; at < 3; at += 1) {
    look('orders', 100 + at * 500, [['billing', at, at]])
    lookElsewhere(40 * SECOND)
  }
  expect((await read('orders')).map(({ atMs, length }) => [(atMs - START) / SECOND, length])).toEqual([
    [0, 100],
    [50, 600],
    [100, 1_100],
  ])
  expect(lengths(await read('orders', MINUTE))).toEqual([600, 1_100])
})

test('a look is told by when it was, to a tenth of a step: what grows steadily has one rate at every step', async () => {
  const perSecond = 100
  for (const untilMs = nowMs + 40 * MINUTE; nowMs < untilMs;) {
    look('orders', ((nowMs - START) / SECOND) * perSecond, [], 13 * SECOND)
  }
  for (const stepMs of [10 * SECOND, MINUTE, 10 * MINUTE]) {
    const past = await read('orders', stepMs)
    const rates = past.slice(1).map(({ atMs, length }, at) => {
      return ((length ?? 0) - (past[at]?.length ?? 0)) / ((atMs - (past[at]?.atMs ?? 0)) / SECOND)
    })
    expect(rates.length).toBeGreaterThan(1)
    expect(rates.filter((rate) => Math.abs(rate / perSecond - 1) > 0.15)).toEqual([])
  }
})

test('one that nobody looked at for long has a gap, although others were looked at all the time', async () => {
  look('orders', 1)
  lookElsewhere(10 * MINUTE)
  look('orders', 1)
  expect(lengths(await read('orders'))).toEqual([1, null, 1])
})

test('files of before don’t tell who was looked at: all their steps are taken as they were', async () => {
  const row = (length: number) => [{ number: 1, name: () => seriesName('orders'), figures: [length, NaN, NaN, NaN] }]
  const writer = createFrameWriter()
  const frames = [7, 7, 8].map((length, at) => writer.frame(START / (10 * SECOND) + at, row(length)))
  mkdirSync(join(dataDir, 'history', FOLDER), { recursive: true })
  writeFileSync(join(dataDir, 'history', FOLDER, `10000-${START}-abc.bin`), Buffer.concat([HEADER, ...frames]))
  nowMs += MINUTE
  expect(lengths(await read('orders'))).toEqual([7, 7, 8])
})

test('a step that was cut short by the end stands where its last look was, never in the time to come', async () => {
  nowMs = START + 5 * MINUTE
  look('orders', 1, [], 3 * SECOND)
  await history.close()
  history = start()
  expect(await read('orders', 10 * MINUTE)).toMatchObject([{ atMs: START + 5 * MINUTE, length: 1 }])
})

test('of one group nothing of others is read; of all together up to 32, each without its consumers', async () => {
  const groups = Array.from({ length: 40 }, (_, at): GroupRow => [`g${at}`, at, 0])
  look('orders', 1, groups)
  const span = { stepMs: 10 * SECOND, fromMs: START, toMs: nowMs }
  const [one] = await history.read(FOLDER, 'orders', span, 'g39')
  expect(one?.groups).toMatchObject([{ name: 'g39', pending: 39 }])
  const [all] = await history.read(FOLDER, 'orders', span)
  expect(all?.groups).toHaveLength(32)
})

test('a group that is no more, and a stream, are not known from then on; one that comes back is', async () => {
  look('orders', 1, [['billing', 5, 5]])
  look('orders', 1, [])
  look('orders', 1, [['billing', 2, 2]])
  history.gone(FOLDER, 'orders')
  look('others', 1)
  look('orders', 4, [['billing', 1, 1]])
  const past = await read('orders')
  expect(past.map(({ length, groups }) => [length, groups.map(({ pending }) => pending)])).toEqual([
    [1, [5]],
    [1, []],
    [1, [2]],
    [null, []],
    [4, [1]],
  ])
})

test('a stream that could not be read is not known, and not empty', async () => {
  look('orders', 7)
  const { summary, ...rest } = seen('orders', 0)
  history.note(FOLDER, { ...rest, summary: { ...summary, error: { code: 'UNREACHABLE' } as never } }, nowMs)
  nowMs += 10 * SECOND
  expect(lengths(await read('orders'))).toEqual([7, null])
})

test('two processes write beside each other, and each reads both', async () => {
  const other = start()
  look('orders', 1)
  look('orders', 2, [], 10 * SECOND, other)
  look('orders', 3)
  await other.close()
  expect(lengths(await read('orders'))).toEqual([1, 2, 3])
})

test('what one of two processes saw last says nothing against what the other sees now', async () => {
  const other = start()
  const turns = [history, other, other, history, history, other]
  for (const [at, who] of turns.entries()) {
    for (const each of [history, other]) each.note(FOLDER, seen('others', at), nowMs)
    look('orders', at, [], 10 * SECOND, who)
  }
  await other.close()
  expect(lengths(await read('orders'))).toEqual([0, 1, 2, 3, 4, 5])
})

test('of two that look in the same step the later one is told', async () => {
  const other = start()
  look('orders', 1, [], 4 * SECOND)
  look('orders', 2, [], 6 * SECOND, other)
  look('orders', 3, [], 4 * SECOND, other)
  look('orders', 4, [], 6 * SECOND)
  await other.close()
  const past = await read('orders')
  expect(past.map(({ atMs, length }) => [(atMs - START) / SECOND, length])).toEqual([
    [4, 2],
    [14, 4],
  ])
})

test('a clock that goes back makes nothing up', async () => {
  look('orders', 1)
  look('orders', 2)
  nowMs = START
  look('orders', 3)
  nowMs = START + 50 * SECOND
  look('orders', 4)
  const past = await read('orders')
  expect(past.map(({ atMs }) => atMs)).toEqual(past.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
  expect(lengths(past).filter((length) => ![1, 2, 3, 4].includes(length ?? 0))).toEqual([])
  expect(past.at(-1)).toMatchObject({ length: 4 })
})

test('a file with a torn end gives what is whole, and what is written later stands beside it', async () => {
  look('orders', 1)
  look('orders', 2)
  await read('orders')
  const [file = ''] = filesOf().filter((name) => name.startsWith('10000-'))
  const path = join(dataDir, 'history', FOLDER, file)
  writeFileSync(path, readFileSync(path).subarray(0, -3))
  history = start()
  look('orders', 3)
  expect(lengths(await read('orders'))).toEqual([1, 3])
})

test('what is no file of ours is left alone', async () => {
  look('orders', 1)
  await read('orders')
  const folder = join(dataDir, 'history', FOLDER)
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  writeFileSync(join(folder, `10000-${START}-abc.bin`), 'no header')
  expect(lengths(await read('orders'))).toEqual([1])
  expect(filesOf()).toContain('notes.txt')
})

test('only the user can read it', async () => {
  look('orders', 1)
  await read('orders')
  const folder = join(dataDir, 'history', FOLDER)
  expect(statSync(folder).mode & 0o077).toBe(0)
  expect(statSync(join(folder, filesOf()[0] ?? '')).mode & 0o077).toBe(0)
})

test('old files go, each step after its own time; the rest stays', async () => {
  look('orders', 1, [], 10 * MINUTE)
  await read('orders')
  for (const days of [1, 4, 34]) {
    nowMs = START + days * DAY
    look('orders', days, [], 10 * MINUTE)
    await read('orders')
  }
  expect(filesOf().map((name) => `${name.split('-')[0]} ${(Number(name.split('-')[1]) - START) / DAY}`)).toEqual([
    '10000 34',
    '60000 34',
    '600000 3',
    '600000 33',
  ])
})

test('never more than so many bytes: the oldest go first', async () => {
  await history.close()
  history = start(40_000)
  for (let file = 0; file < 30; file += 1) {
    look('orders', file, [['billing', file, file]])
    nowMs = START + file * 30 * MINUTE
    await read('orders')
  }
  const bytes = await history.bytes()
  expect(bytes).toBeGreaterThan(20_000)
  // A sweep comes every ten minutes: what was written since is not counted yet.
  expect(bytes).toBeLessThan(40_000 + 4 * 4_096)
  expect((await read('orders', 10 * SECOND)).at(-1)).toMatchObject({ length: 29 })
})

test('deleted, nothing is left on the disk; what is seen afterwards is kept again', async () => {
  look('orders', 1)
  await read('orders')
  expect(await history.bytes()).toBeGreaterThan(0)
  await history.clear()
  expect(await history.bytes()).toBe(0)
  expect(await read('orders')).toEqual([])
  look('orders', 2)
  expect(lengths(await read('orders'))).toEqual([2])
})

test('of one connection it is deleted wherever that led; of others it stays', async () => {
  const profile = { endpoint: { kind: 'tcp', host: 'a', port: 1 }, db: 0, ssh: null } as const
  const folders = [folderOf('one', profile), folderOf('one', { ...profile, db: 1 }), folderOf('two', profile)]
  expect(new Set(folders).size).toBe(3)
  for (const folder of folders) history.note(folder, seen('orders', 1), nowMs)
  nowMs += MINUTE
  await read('orders', 10 * SECOND, history, folders[0] ?? '')
  await history.clear(ownerOf('one'))
  const left = await Promise.all(folders.map((folder) => read('orders', 10 * SECOND, history, folder)))
  expect(left.map((past) => past.length)).toEqual([0, 0, 1])
})

test('what another process deletes while it is written: it goes on in a file that can be read', async () => {
  const other = start()
  look('orders', 1, [], 10 * SECOND, other)
  await read('orders', 10 * SECOND, other)
  await history.clear()
  look('orders', 2, [], 10 * SECOND, other)
  await read('orders', 10 * SECOND, other)
  look('orders', 3, [], 10 * SECOND, other)
  expect(lengths(await read('orders', 10 * SECOND, other))).toEqual([3])
  expect(memory.text()).toBe('')
  await other.close()
})

test('a place that can’t be written holds up no other', async () => {
  mkdirSync(join(dataDir, 'history'))
  writeFileSync(join(dataDir, 'history', 'first'), 'in the way')
  history.note('first', seen('orders', 1), nowMs)
  look('orders', 2)
  expect(lengths(await read('orders'))).toEqual([2])
  expect(memory.text()).toContain('is not kept')
})

test('of what is not to be kept nothing is on the disk; this process has it', async () => {
  const folder = inMemory('sandbox')
  history.note(folder, seen('orders', 1), nowMs)
  nowMs += MINUTE
  expect(lengths(await read('orders', 10 * SECOND, history, folder))).toEqual([1])
  expect(await history.bytes()).toBe(0)
  expect(filesIn(dataDir)).toEqual([])
  await history.close()
  history = start()
  expect(await read('orders', 10 * SECOND, history, folder)).toEqual([])
})

test('in memory the oldest goes as well', async () => {
  const folder = inMemory('sandbox')
  for (let at = 0; at < 12; at += 1) {
    history.note(folder, seen('orders', at), nowMs)
    nowMs += 30 * MINUTE
    await read('orders', 10 * SECOND, history, folder)
  }
  const left = lengths(await read('orders', 10 * SECOND, history, folder)).filter((length) => length !== null)
  expect(left.at(-1)).toBe(11)
  expect(left.length).toBeLessThan(10)
})

test('in memory there is never more than its measure, also while no new file begins', async () => {
  const shelf = memoryShelf(1_000)
  for (const step of [10_000, 60_000]) await shelf.make(`${step}-${START}-ab.bin`, Buffer.alloc(100))
  for (let at = 0; at < 20; at += 1) {
    await shelf.append(`${[10_000, 60_000][at % 2]}-${START}-ab.bin`, Buffer.alloc(100)).catch(() => undefined)
    const bytes = (await shelf.files()).reduce((sum, file) => sum + file.bytes, 0)
    expect(bytes).toBeLessThanOrEqual(1_000)
  }
})

test('a disk that refuses is told once, nothing fails, and it goes on when there is room again', async () => {
  const folder = join(dataDir, 'history')
  writeFileSync(folder, 'in the way')
  for (let at = 1; at <= 3; at += 1) {
    look('orders', at)
    expect(await read('orders')).toEqual([])
  }
  expect(memory.text().match(/the history of streams is not kept/g)).toHaveLength(1)
  rmSync(folder)
  look('orders', 4)
  expect(lengths(await read('orders'))).toEqual([4])
})

test('a folder that can’t be read is no reason to fail', async () => {
  mkdirSync(join(dataDir, 'history', FOLDER), { recursive: true })
  // Else it would be removed as empty, for which nobody has to read it.
  writeFileSync(join(dataDir, 'history', FOLDER, 'kept'), '')
  chmodSync(join(dataDir, 'history', FOLDER), 0)
  look('orders', 1)
  expect(await asNobody(dataDir, () => read('orders'))).toEqual([])
  chmodSync(join(dataDir, 'history', FOLDER), 0o700)
})

test('more streams than are kept: the first ones are, and it says nothing of the others', async () => {
  for (let at = 0; at <= MOST_SERIES; at += 1) history.note(FOLDER, seen(`s${at}`, 1), nowMs)
  nowMs += 10 * SECOND
  expect(await read('s0')).toHaveLength(1)
  expect(await read(`s${MOST_SERIES}`)).toEqual([])
  // Room is made by those that are no more.
  history.gone(FOLDER, 's0')
  look('s1', 1, [], 20 * MINUTE)
  look('s1', 1, [], 20 * MINUTE)
  look(`s${MOST_SERIES}`, 5)
  expect(lengths(await read(`s${MOST_SERIES}`))).toEqual([5])
})
