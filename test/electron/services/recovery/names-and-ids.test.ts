import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import { fromBuffer } from '../../../../electron/redis/bytes'
import { MAX_ID } from '../../../../shared/entry-id'
import {
  ack,
  claimTo,
  counts,
  heldBy,
  idsFrom,
  KEY,
  GROUP,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
} from './recovery-kit'

const NAMES: readonly (readonly [string, Buffer])[] = [
  ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
  ['an empty name', Buffer.alloc(0)],
  ['a name with line ends', Buffer.from('a\nb\r\nc\u2028d\u2029e')],
  ['a name of 10 kB', Buffer.alloc(10_000, 'long ')],
  ['10 kB that are no UTF-8', Buffer.alloc(10_000, 0xff)],
  ['a name like an option', Buffer.from('JUSTID')],
  ['a name with a byte order mark', Buffer.from('\ufeffname')],
]

onEveryServer((world) => {
  describe('names of any bytes', () => {
    test.each(NAMES)('%s, for stream, group and both consumers: plan, claim, ack and undo', async (_what, name) => {
      const { direct, sluice } = world
      const bytes: Bytes = fromBuffer(name)
      const other = Buffer.concat([name, Buffer.from('2')])
      await seed(direct, { key: name, group: name, held: [[name, idsFrom(1, 3)]] })
      const before = await pendingOf(direct, name, name)
      expect(before.map(([, consumer]) => consumer)).toEqual([bytes, bytes, bytes])

      const plan = await sluice.plan(ofConsumer(bytes), claimTo(fromBuffer(other)), bytes, bytes)
      expect(plan.consumers).toEqual([
        { name: bytes, before: 3, after: 0 },
        { name: fromBuffer(other), before: 0, after: 3 },
      ])
      const claimed = await sluice.finished(await sluice.run(plan))
      expect(claimed).toMatchObject({ key: bytes, group: bytes, to: fromBuffer(other), counts: counts({ changed: 3 }) })
      expect(await heldBy(direct, fromBuffer(other), name, name)).toHaveLength(3)
      expect(await sluice.undo(claimed)).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect(await pendingOf(direct, name, name)).toEqual(before)

      const acked = await sluice.recover(ofIds(idsFrom(1, 2)), ack, bytes, bytes)
      expect(acked).toMatchObject({ counts: counts({ changed: 2 }) })
      await sluice.restart()
      expect(await sluice.undo(acked)).toMatchObject({ state: 'done', counts: counts({ changed: 2 }) })
      expect(await pendingOf(direct, name, name)).toEqual(before)
    })

    test('that look alike as text are different consumers', async () => {
      const { direct, sluice } = world
      const [one, two] = [Buffer.from([0xff]), Buffer.from([0xfe])]
      await seed(direct, {
        held: [
          [one, idsFrom(1, 2)],
          [two, idsFrom(3, 2)],
          ['\ufffd', idsFrom(5, 2)],
        ],
      })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer(fromBuffer(one)), claimTo(fromBuffer(two)))
      expect(job).toMatchObject({ counts: counts({ changed: 2 }) })
      expect(await heldBy(direct, fromBuffer(two))).toHaveLength(4)
      expect(await heldBy(direct, '\ufffd')).toHaveLength(2)
      await sluice.undo(job)
      expect(await pendingOf(direct)).toEqual(before)
    })
  })

  describe('ids', () => {
    test('1 200 of one millisecond are all claimed, and all given back', async () => {
      const { direct, sluice } = world
      const ids = Array.from({ length: 1_200 }, (_, at) => `1620973121009-${at}`)
      await seed(direct, {
        held: { alice: ids.filter((_, at) => at % 3 > 0), bob: ids.filter((_, at) => at % 3 === 0) },
      })
      const before = await pendingOf(direct)
      expect(before.map(([id]) => id)).toEqual(ids)
      const job = await sluice.recover(ofConsumer('alice'), claimTo('carol'))
      expect(job).toMatchObject({ total: 800, counts: counts({ changed: 800 }) })
      expect(await heldBy(direct, 'alice')).toEqual([])
      await sluice.undo(job)
      expect(await pendingOf(direct)).toEqual(before)
      const ticked = await sluice.recover(ofIds(ids), claimTo('carol'))
      expect(ticked).toMatchObject({ total: 1_200, counts: counts({ changed: 1_200 }) })
      expect(await sluice.undo(ticked)).toMatchObject({ counts: counts({ changed: 1_200 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('at the ends of what there can be are claimed, acked and given back', async () => {
      const { direct, sluice } = world
      const half = MAX_ID.split('-')[0] ?? ''
      const ids = ['0-1', `0-${half}`, '1-0', '9-0', '10-0', `9007199254740993-5`, `${half}-0`, MAX_ID]
      await seed(direct, { held: { alice: ids } })
      const before = await pendingOf(direct)
      expect(before.map(([id]) => id)).toEqual(ids)
      for (const selection of [ofConsumer('alice'), ofIds([...ids].reverse())]) {
        for (const action of [claimTo('bob'), ack]) {
          const plan = await sluice.plan(selection, action)
          expect(plan).toMatchObject({ entries: 8, notPending: 0, oldestId: '0-1' })
          const job = await sluice.finished(await sluice.run(plan))
          expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 8 }) })
          expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 8 }) })
          expect(await pendingOf(direct)).toEqual(before)
        }
      }
    })

    test('in a backlog of whole batches that ends at the greatest id are all claimed', async () => {
      const { direct, sluice } = world
      const half = MAX_ID.split('-')[0] ?? ''
      const ids = [...idsFrom(1, 999), `${half}-${half}`]
      await seed(direct, { held: { alice: ids } })
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      expect(job).toMatchObject({ counts: counts({ changed: 1_000 }) })
      expect(await heldBy(direct, 'alice')).toEqual([])
    })

    test('3 000 over several batches, held by three in turn, go back to each', async () => {
      const { direct, sluice } = world
      const ids = idsFrom(1, 3_000)
      const every = (n: number) => ids.filter((_, at) => at % 3 === n)
      await seed(direct, { held: { alice: every(0), bob: every(1), carol: every(2) } })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofIds(ids), claimTo('dave'))
      expect(job).toMatchObject({ state: 'done', total: 3_000, counts: counts({ changed: 3_000 }) })
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 3_000 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })

    test('10 000 ticked, from all over a longer list, in no order, some twice, some not pending', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 15_000), bob: idsFrom(15_001, 15_000) } })
      const ticked = Array.from({ length: 9_900 }, (_, at) => `${((at * 7_919) % 9_900) * 3 + 1}-0`)
      const selection = ofIds([...ticked, ...ticked.slice(0, 50), ...idsFrom(50_000, 50)])
      const plan = await sluice.plan(selection, claimTo('carol'))
      expect(plan).toMatchObject({ entries: 9_900, notPending: 50 })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', done: 9_900, counts: counts({ changed: 9_900 }) })
      const taken = await heldBy(direct, 'carol')
      expect(taken).toEqual([...new Set(ticked)].sort((a, b) => parseInt(a) - parseInt(b)))
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 9_900 }) })
      expect(await heldBy(direct, 'carol')).toEqual([])
      expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 15_000))
    }, 120_000)

    test('beyond 10 000, none at all, or what is no id are refused before anything is read', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      for (const ids of [idsFrom(1, 10_001), [], ['1'], ['1-0', '1-0 2-0'], ['-'], ['99999999999999999999-0']]) {
        await expect(sluice.plan(ofIds(ids), ack)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      }
      expect(await pendingOf(direct, KEY, GROUP)).toHaveLength(1)
    })
  })
})
