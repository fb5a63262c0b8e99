import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSnoozes, type Snoozes } from '../../../../electron/services/monitoring/snoozes'
import { createMemoryLog } from '../../../helpers/memory-log'

const HOUR = 3_600_000
let dataDir: string
const open: Snoozes[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-snoozes-'))
})
afterEach(() => {
  for (const one of open.splice(0)) one.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function create(): Promise<Snoozes> {
  const one = await createSnoozes({ dataDir, log: createMemoryLog().log })
  open.push(one)
  return one
}
const asked = (findingId: string, forMs = HOUR, reason = 'known') => ({
  ...{ findingId, kind: 'stalled', key: 'orders', group: { base64: '6Q==' }, reason, forMs },
})
const idsOf = (snoozes: Snoozes, connectionId = 'c1') => snoozes.of(connectionId).map(({ findingId }) => findingId)

test('one holds for its own connection until it is ended, also after a restart', async () => {
  const snoozes = await create()
  await snoozes.add('c1', asked('stalled/a'), 'ann', null)
  await snoozes.add('c2', asked('stalled/b'), null, null)
  const again = await create()
  expect(again.of('c1')).toMatchObject([
    { findingId: 'stalled/a', group: { base64: '6Q==' }, reason: 'known', by: 'ann' },
  ])
  expect(idsOf(again, 'c2')).toEqual(['stalled/b'])
  await again.end('c1', 'stalled/a')
  expect([idsOf(again), idsOf(await create())]).toEqual([[], []])
})

test('another process is told, and each keeps what the other added', async () => {
  const [ours, theirs] = [await create(), await create()]
  let told = 0
  theirs.onChange(() => (told += 1))
  await ours.add('c1', asked('a'), null, null)
  await expect.poll(() => idsOf(theirs), { timeout: 20_000 }).toEqual(['a'])
  expect(told).toBeGreaterThan(0)
  await theirs.add('c1', asked('b', 2 * HOUR), null, null)
  await expect.poll(() => idsOf(ours), { timeout: 20_000 }).toEqual(['a', 'b'])
})

test('a later word on the same finding takes the place of the earlier', async () => {
  const snoozes = await create()
  await snoozes.add('c1', asked('a', HOUR, 'first'), null, null)
  await snoozes.add('c1', asked('a', 2 * HOUR, 'second'), null, null)
  expect(snoozes.of('c1').map(({ reason }) => reason)).toEqual(['second'])
})

test('a connection that is removed takes its own with it, and those that got worse are ended', async () => {
  const snoozes = await create()
  for (const id of ['a', 'b', 'c']) await snoozes.add('c1', asked(id), null, { rank: 8, figure: 3 })
  await snoozes.add('c2', asked('a'), null, null)
  expect((await create()).of('c1')[0]).toMatchObject({ measure: { rank: 8, figure: 3 } })
  snoozes.endAll('c1', ['a', 'b'])
  await expect.poll(() => idsOf(snoozes)).toEqual(['c'])
  await snoozes.forget('c1')
  expect([idsOf(snoozes), idsOf(snoozes, 'c2'), idsOf(await create(), 'c1')]).toEqual([[], ['a'], []])
})

test('it ends by itself, and that is told', async () => {
  const snoozes = await create()
  let told = 0
  snoozes.onChange(() => (told += 1))
  await snoozes.add('c1', asked('a', 300), null, null)
  await expect.poll(() => told, { timeout: 20_000 }).toBeGreaterThanOrEqual(2)
  expect(idsOf(snoozes)).toEqual([])
})

test('what is no snooze in the file is left out, and of very many those that end first', async () => {
  const whole = { ...asked('whole'), connectionId: 'c1', sinceMs: 1, untilMs: Date.now() + HOUR, by: null }
  const many = Array.from({ length: 1_000 }, (_, at) => ({
    ...whole,
    findingId: `m${at}`,
    untilMs: whole.untilMs + 1 + at,
  }))
  writeFileSync(
    join(dataDir, 'snoozes.json'),
    JSON.stringify({ version: 1, snoozes: [null, { findingId: 'torn' }, { ...whole, untilMs: 1 }, whole, ...many] }),
  )
  const snoozes = await create()
  expect(idsOf(snoozes)).toHaveLength(1_001)
  await snoozes.add('c1', asked('new', 2 * HOUR), null, null)
  expect(idsOf(snoozes)).toHaveLength(1_000)
  expect(idsOf(snoozes)).not.toContain('whole')
  expect(idsOf(snoozes)).toContain('new')
  expect(readFileSync(join(dataDir, 'snoozes.json'), 'utf8')).not.toContain('torn')
})
