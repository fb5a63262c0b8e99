import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPeekTurns } from '../../../../electron/services/monitoring/peek-turns'
import type { PeekedPage } from '../../../../electron/redis/stream-look'
import { compareIds, type EntryId } from '../../../../shared/entry-id'

interface Row {
  readonly id: EntryId
  readonly deliveries: number
  readonly isNeglected?: boolean
}
const PAGE = 10

/** As a server gives it, of what is pending now. */
function pageOf(rows: readonly Row[], after: EntryId | null): PeekedPage | null {
  const some = rows.filter(({ id }) => after === null || compareIds(id, after) > 0).slice(0, PAGE)
  const [first] = some
  const last = some.at(-1)
  if (!first || !last) return null
  const most = some.reduce((one, other) => (other.deliveries > one.deliveries ? other : one), first)
  const poison = some.filter(({ deliveries }) => deliveries >= 5).length
  const isEnd = some.length < PAGE
  return {
    peek: {
      ...{ looked: some.length, mostDeliveries: most.deliveries, mostId: most.id, poison, poisonDeliveries: 5 },
      ...{ lookedFor: 0, gone: 0, isWhole: isEnd },
    },
    lastId: last.id,
    isEnd,
    neglected: some.filter(({ isNeglected }) => isNeglected).map(({ id }) => ({ id, consumer: Buffer.from('w') })),
  }
}
const list = (count: number, change: (at: number) => Partial<Row> = () => ({})): Row[] =>
  Array.from({ length: count }, (_, at) => ({ id: `${at + 1}-0`, deliveries: 1, ...change(at + 1) }))

function looker(againAfterMs = 1_000_000) {
  const turns = createPeekTurns()
  let nowMs = 0
  return {
    turns,
    look(rows: readonly Row[]) {
      nowMs += 1
      const after = turns.next('g', nowMs, againAfterMs)
      return turns.note('g', pageOf(rows, after), after, nowMs)
    },
  }
}

test('a long list is not whole until the last of it was looked at, and says how far that is', () => {
  const { turns, look } = looker()
  const rows = list(25)
  expect(look(rows)).toMatchObject({ looked: 10, isWhole: false })
  expect(turns.isOpen('g', 25)).toBe(true)
  expect(look(rows)).toMatchObject({ looked: 20, isWhole: false })
  expect(look(rows)).toMatchObject({ looked: 25, isWhole: true })
  expect(turns.isOpen('g', 25)).toBe(false)
  expect(look(rows)).toMatchObject({ looked: 25, isWhole: true })
})

test('one that grows by far is gone through at once', () => {
  const { turns, look } = looker()
  for (let at = 0; at < 3; at += 1) look(list(25))
  expect(turns.isOpen('g', 237)).toBe(false)
  expect(turns.isOpen('g', 238)).toBe(true)
})

test('what fails far behind is known until it is looked at again, and is looked for by its id', () => {
  const { turns, look } = looker()
  const failing = list(25, (at) => (at === 22 ? { deliveries: 60 } : {}))
  for (let at = 0; at < 4; at += 1) look(failing)
  expect(look(failing)).toMatchObject({ mostDeliveries: 60, mostId: '22-0', poison: 1 })
  expect(turns.poisonBehind('g')).toBe('22-0')
  turns.forgetBehind('g')
  expect(look(list(25))).toMatchObject({ mostDeliveries: 1, poison: 0, isWhole: false })
})

test('the oldest ones are looked at again and again, whatever lies behind them', () => {
  const { look } = looker(2)
  look(list(100))
  for (let at = 0; at < 8; at += 1) look(list(100))
  expect(look(list(100, (at) => (at === 3 ? { deliveries: 9 } : {})))).toMatchObject({
    mostId: expect.any(String) as string,
  })
  const seen = Array.from({ length: 3 }, () => look(list(100, (at) => (at === 3 ? { deliveries: 9 } : {}))))
  expect(seen.some((peek) => peek?.mostId === '3-0')).toBe(true)
})

test('whatever comes and goes meanwhile: once whole, what stays and fails, or is not touched, was met', () => {
  const id = fc.integer({ min: 1, max: 400 })
  fc.assert(
    fc.property(
      id,
      id,
      fc.array(fc.array(id, { maxLength: 30 }), { minLength: 60, maxLength: 60 }),
      (poison, left, acks) => {
        const { turns, look } = looker(5)
        let rows = list(400, (at) => ({ deliveries: at === poison ? 9 : 1, isNeglected: at === left }))
        let told = look(rows)
        for (const gone of acks) {
          const acked = new Set(gone.filter((at) => at !== poison && at !== left).map((at) => `${at}-0`))
          rows = rows.filter((row) => !acked.has(row.id))
          told = look(rows)
          if (told?.isWhole !== true) continue
          expect(told.mostId).toBe(`${poison}-0`)
          expect(turns.neglected('g').some((entry) => entry.id === `${left}-0`)).toBe(true)
        }
        expect(told?.isWhole).toBe(true)
      },
    ),
    { numRuns: 100 },
  )
})
