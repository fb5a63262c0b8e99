import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'
import { openAs } from './limited-user'
import {
  counts,
  idsFrom,
  KEY,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  walked,
  type Sluice,
} from './recovery-kit'

const BINARY = { base64: Buffer.from([0xff, 0, 0xfe]).toString('base64') }
const FIELDS: [Bytes, Bytes][] = [
  ['n', 'a-secret-thing'],
  ['n', 'twice'],
  [BINARY, BINARY],
]

const edited = (changes: Partial<Extract<RecoveryAction, { kind: 'requeue' }>> = {}): RecoveryAction => ({
  kind: 'requeue',
  stream: null,
  provenance: false,
  fields: FIELDS,
  ...changes,
})

async function lastEntry(direct: Redis): Promise<readonly Buffer[]> {
  const [entry] = (await direct.callBuffer('XREVRANGE', [KEY, '+', '-', 'COUNT', 1])) as [[Buffer, Buffer[]]]
  return entry[1]
}

const AS_SENT = FIELDS.flat().map((part) =>
  typeof part === 'string' ? Buffer.from(part) : Buffer.from(part.base64, 'base64'),
)

onEveryServer((world) => {
  describe('an entry whose fields are edited before it is requeued', () => {
    const seeded = async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3) } })
      return pendingOf(world.direct)
    }
    const requeued = async (sluice: Sluice) => {
      const before = await seeded()
      const job = await sluice.recover(ofIds(['2-0']), edited())
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1 }) })
      expect(await lastEntry(world.direct)).toEqual(AS_SENT)
      expect((await pendingOf(world.direct)).map(([id]) => id)).toEqual(['1-0', '3-0'])
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 1 }) })
      expect(await pendingOf(world.direct)).toEqual(before)
      expect((await world.direct.xrange(KEY, '-', '+')).map(([id]) => id)).toEqual(idsFrom(1, 3))
    }

    test('has these in its copy, in order, and goes back by an undo', () => requeued(world.sluice))

    test('has them where scripts are not allowed as well', async () => {
      const sluice = await openAs(world, '-eval')
      await requeued(sluice).finally(() => sluice.stop())
    })

    test('says where it comes from after them, when asked to', async () => {
      await seeded()
      await world.sluice.recover(ofIds(['2-0']), edited({ provenance: true }))
      const parts = (await lastEntry(world.direct)).map(String)
      expect(parts.slice(0, 4)).toEqual(['n', 'a-secret-thing', 'n', 'twice'])
      expect(parts.slice(6, 8)).toEqual(['sluice:stream', KEY])
    })

    test('is none of several: all that match can’t have the same fields', async () => {
      const before = await seeded()
      const several: Selection[] = [ofIds(['1-0', '2-0']), ofConsumer('alice'), { kind: 'matching', criteria: {} }]
      for (const selection of several) {
        await expect(world.sluice.plan(selection, edited())).rejects.toMatchObject({
          code: 'BAD_INPUT',
          data: { field: 'action.fields' },
        })
      }
      expect(await pendingOf(world.direct)).toEqual(before)
    })

    test('leaves what it holds out of the journal, so that it can’t be resumed from there', async () => {
      await seeded()
      const { recordId } = await world.sluice.recover(ofIds(['2-0']), edited())
      const folder = join(world.sluice.dataDir, 'journal')
      const journal = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
      expect(journal.join('')).toContain(recordId)
      expect(journal.join('')).not.toContain('a-secret-thing')
      const { connectionId, api } = world.sluice
      await expect(walked(api.recovery.resume({ connectionId, recordId }))).rejects.toMatchObject({
        code: 'BAD_INPUT',
        data: { field: 'action.fields' },
      })
    })

    test('is left alone with no copy made when it moved after the plan', async () => {
      await seeded()
      const plan = await world.sluice.plan(ofIds(['2-0']), edited())
      await world.direct.xclaim(KEY, 'billing', 'bob', 0, '2-0')
      expect(await world.sluice.finished(await world.sluice.run(plan))).toMatchObject({
        counts: counts({ leftAlone: 1 }),
      })
      expect(await world.direct.xrange(KEY, '-', '+')).toHaveLength(3)
    })
  })
})
