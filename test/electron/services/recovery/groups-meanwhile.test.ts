import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { bury, plan as planRedrive, start as startRedrive } from '../redrive/redrive-kit'
import { DEAD } from './copy-kit'
import { holdAt, idsFrom, KEY, ofConsumer, onEveryServer, seed } from './recovery-kit'

const ENTRIES = 1_200
const IDS = idsFrom(1, ENTRIES)
/** Of those that are deleted, so many at the most before the run looks again. */
const BATCH = 500

interface Deleting {
  /** What is deleted from. */
  readonly stream: string
  /** What the commands that delete have in them. */
  readonly sends: RegExp
  start(): Promise<Job>
}

/** What a run deletes is what its preview showed: a group that comes to need it in its midst stops it. */
onEveryServer((world) => {
  const recovering = (action: RecoveryAction, sends: RegExp): Deleting => ({
    stream: KEY,
    sends,
    async start() {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: IDS } })
      await direct.xgroup('CREATE', KEY, 'audit', '$')
      return sluice.run(await sluice.plan(ofConsumer('alice'), action))
    },
  })
  const ways: readonly (readonly [string, Deleting])[] = [
    ['an ack and delete', recovering({ kind: 'ackDelete', references: 'KEEPREF', keepBodies: true }, /XACKDEL|XDEL/)],
    [
      'a requeue that deletes its originals',
      recovering({ kind: 'requeue', stream: 'copies', provenance: true, deleteOriginal: 'KEEPREF' }, /^XDEL/),
    ],
    [
      'a deletion',
      {
        stream: KEY,
        sends: /^XDEL/,
        async start() {
          const { direct, sluice } = world
          await seed(direct, { held: { alice: IDS } })
          await direct.xgroup('CREATE', KEY, 'audit', '$')
          const { api, connectionId } = sluice
          const selection = { kind: 'ids' as const, ids: IDS }
          const plan = await api.entry.planDelete({ connectionId, key: KEY, selection, references: 'KEEPREF' })
          return api.entry.delete({ connectionId, key: KEY, planId: plan.id, backup: true })
        },
      },
    ],
    ...([true, false] as const).map((approximate): readonly [string, Deleting] => [
      approximate ? 'a trim of whole nodes' : 'a trim',
      {
        stream: KEY,
        sends: /^XTRIM/,
        async start() {
          const { direct, sluice } = world
          await seed(direct, { held: { alice: IDS } })
          await direct.xgroup('CREATE', KEY, 'audit', '$')
          const { api, connectionId } = sluice
          const strategy = { kind: 'maxlen' as const, maxlen: 10 }
          const plan = await api.trim.plan({ connectionId, key: KEY, strategy, approximate, limit: 200 })
          return api.trim.run({ connectionId, key: KEY, planId: plan.id, backup: false })
        },
      },
    ]),
    [
      'a redrive',
      {
        stream: DEAD,
        sends: /XDEL/,
        async start() {
          const { direct, sluice } = world
          await direct.xadd(KEY, '1-0', 'n', '1')
          await bury(
            direct,
            IDS.map((id) => ({ id })),
          )
          await direct.xgroup('CREATE', DEAD, 'audit', '$')
          return startRedrive(sluice, await planRedrive(sluice))
        },
      },
    ],
  ]
  const needs: readonly (readonly [string, (stream: string) => Promise<unknown>])[] = [
    ['is made', (stream) => world.direct.xgroup('CREATE', stream, 'late', '0')],
    ['is set back', (stream) => world.direct.xgroup('SETID', stream, 'audit', '0')],
  ]

  const lengthOf = async (stream: string): Promise<number> => Number(await world.direct.call('XLEN', stream))

  /** Happens once the first command that deletes was carried out, and before its reply comes. */
  async function inItsMidst({ stream, sends, start }: Deleting, happens: (stream: string) => Promise<unknown>) {
    const { proxy, sluice } = world
    const held = holdAt(proxy, (args) => sends.test(args.join(' ')))
    const job = await start()
    await held
    await expect.poll(() => lengthOf(stream), { timeout: 5_000 }).toBeLessThan(ENTRIES)
    const left = await lengthOf(stream)
    await happens(stream)
    proxy.resume()
    return { left, end: await sluice.finished(job) }
  }

  describe.each(ways)('in the midst of %s', (_, deleting) => {
    test.each(needs)('a group %s that needs what is left: it stops, and says so', async (_what, happens) => {
      const { left, end } = await inItsMidst(deleting, happens)
      const error = { code: 'STALE_PLAN', data: { problem: { code: 'plan.group-since' } } }
      expect(end).toMatchObject({ state: 'failed', error })
      expect(await lengthOf(deleting.stream)).toBe(left)
      expect(left).toBeGreaterThanOrEqual(ENTRIES - BATCH)
    })

    test('a group is made at its end, and loses nothing: it goes on', async () => {
      const { end } = await inItsMidst(deleting, (stream) => world.direct.xgroup('CREATE', stream, 'late', '$'))
      expect(end).toMatchObject({ state: 'done' })
    })
  })
})
