import { ORPCError } from '@orpc/client'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { longer } from '../../../helpers/soak'
import { ack, GROUP, idsFrom, isOpen, KEY, ofConsumer, onEveryServer, pendingOf, seed, walked } from './recovery-kit'

const IDS = idsFrom(1, 6)
/** What was done is there after a restart. */
const LOGGED = { config: ['appendonly yes', 'appendfsync always'] }
/** What may come between an ack and its undo. Whether it leaves the entries that were acked what they were. */
const EVENTS = {
  nothing: true,
  'more is added': true,
  'the rest is read': true,
  'an entry is deleted': true,
  'the server is restarted with its data': true,
  'the connection is lost': true,
  'another connection to it is made': true,
  'the stream is made anew': false,
  'the group is made anew': false,
  'another server is there': false,
} as const
type Event = keyof typeof EVENTS
const events = Object.keys(EVENTS) as Event[]

/** A server that was started anew without replicas has its address alone: at another one, it is another server. */
function isProven(happened: readonly Event[]): boolean {
  const isElsewhere = happened.includes('another connection to it is made')
  const isAnew = happened.includes('the server is restarted with its data')
  return happened.every((event) => EVENTS[event]) && !(isElsewhere && isAnew)
}

/** Nothing pending that was not so before, and no question where nothing changed. */
onEveryServer((world) => {
  const isBack = (connectionId: string) => () =>
    world.sluice.api.stream.info({ connectionId, key: KEY }).then(
      () => true,
      (error: unknown) => error instanceof ORPCError && error.code === 'NOT_FOUND',
    )

  /** Gives the connection that the undo goes through. */
  async function happen(event: Event, connectionId: string): Promise<string> {
    const { direct, proxy, redis, sluice } = world
    const anew = async (body: string) => {
      for (const id of IDS) await direct.xadd(KEY, id, 'n', body)
      await direct.xgroup('CREATE', KEY, GROUP, '0')
    }
    const restart = async (keepData: boolean) => {
      await redis.restart({ keepData })
      await expect.poll(() => direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
    }
    switch (event) {
      case 'nothing':
        break
      case 'more is added':
        await direct.xadd(KEY, '*', 'n', 'more')
        break
      case 'the rest is read':
        await direct.xreadgroup('GROUP', GROUP, 'bob', 'COUNT', 2, 'STREAMS', KEY, '>')
        break
      case 'an entry is deleted':
        await direct.xdel(KEY, '1-0')
        break
      case 'the server is restarted with its data':
        await restart(true)
        break
      case 'the connection is lost':
        proxy.cut()
        break
      case 'another connection to it is made': {
        const { id } = await sluice.api.connection.save({ profile: redis.connection({ name: 'again' }) })
        await sluice.api.connection.open({ connectionId: id })
        return id
      }
      case 'the stream is made anew':
        await direct.del(KEY)
        await anew('another')
        break
      case 'the group is made anew':
        await direct.xgroup('DESTROY', KEY, GROUP)
        await direct.xgroup('CREATE', KEY, GROUP, '0')
        break
      case 'another server is there':
        await restart(false)
        await anew('another')
    }
    await expect.poll(isBack(connectionId), { timeout: 20_000 }).toBe(true)
    return connectionId
  }

  test(
    'an undo gives back what it took, unasked, or asks or refuses where that became something else',
    async () => {
      const between = fc.array(fc.constantFrom(...events), { maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(between, async (happened) => {
          const { direct, sluice } = world
          await expect.poll(isBack(sluice.connectionId), { timeout: 20_000 }).toBe(true)
          await isOpen(sluice)
          await direct.flushall()
          await seed(direct, { held: { alice: IDS } })
          const before = await pendingOf(direct)
          const job = await sluice.recover(ofConsumer('alice'), ack)
          let { connectionId } = sluice
          for (const event of happened) connectionId = await happen(event, connectionId)
          const now = await pendingOf(direct)
          const { recordId } = job
          const undo = async () => sluice.finished(await sluice.api.recovery.undo({ connectionId, recordId }))
          if (isProven(happened)) {
            const { ready } = await walked(sluice.api.recovery.planUndo({ connectionId, recordId }))
            expect(ready.plan.doubts ?? []).toEqual([])
            expect(await undo()).toMatchObject({ state: 'done' })
            const gone = happened.includes('an entry is deleted') ? ['1-0'] : []
            const back = before.filter(([id]) => !gone.includes(id))
            expect(await pendingOf(direct)).toEqual(expect.arrayContaining(back))
            expect(await pendingOf(direct)).toHaveLength(back.length + now.length)
          } else {
            await expect(undo()).rejects.toMatchObject({ code: 'BAD_INPUT' })
            expect(await pendingOf(direct)).toEqual(now)
          }
        }),
        { numRuns: longer(12) },
      )
    },
    longer(60_000),
  )
}, LOGGED)
