import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal, type Journal } from '../../../../electron/services/journal/journal'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import {
  ack,
  claimTo,
  GROUP,
  idsFrom,
  KEY,
  ofConsumer,
  onEveryServer,
  openSluice,
  seed,
  type Sluice,
} from './recovery-kit'

const requeue: RecoveryAction = { kind: 'requeue', stream: null, provenance: true }
/** Often enough for whatever a test does meanwhile. */
const LOOKS = Array.from({ length: 400 }, () => 25)

onEveryServer((world) => {
  describe('what is seen of a claim', () => {
    let sluice: Sluice
    let beside: Journal | null = null
    beforeEach(async () => {
      sluice = await openSluice(world.redis.connection(), null, { claimLooksMs: LOOKS })
      await seed(world.direct, { held: { dead: idsFrom(1, 7), bob: ['9-0'] } })
    })
    afterEach(async () => {
      await beside?.close()
      beside = null
      await sluice.stop()
    })

    /** What the home screen is told of the group by a page that comes now. */
    async function told(key: string = KEY): Promise<string | null> {
      const leaving = new AbortController()
      for await (const event of await sluice.api.monitoring.watch(
        { connectionId: sluice.connectionId },
        { signal: leaving.signal },
      )) {
        if (event.kind !== 'streams') continue
        const report = event.streams.find(({ summary }) => summary.key === key && summary.groups.length > 0)
        if (report === undefined) continue
        leaving.abort()
        return report.groups[0]?.claims?.end ?? null
      }
      throw new Error('nothing was told')
    }
    const tells = () => expect.poll(told, { timeout: 20_000 })
    async function bobReadsNew(): Promise<void> {
      await world.direct.xadd(KEY, '*', 'n', 'new')
      await world.direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'STREAMS', KEY, '>')
    }
    /** Who got an entry within a second of a claim may have got it before. */
    const bobReadsOn = () =>
      expect.poll(
        async () => {
          await bobReadsNew()
          return told()
        },
        { timeout: 20_000 },
      )

    /** Another claim was followed to its end meanwhile. */
    async function lookedOn(): Promise<void> {
      await seed(world.direct, { key: 'beside', held: { x: ['1-0', '2-0'] } })
      await sluice.recover(ofConsumer('x'), claimTo('y'), 'beside')
      await world.direct.xack('beside', GROUP, '1-0')
      await expect.poll(() => told('beside'), { timeout: 20_000 }).toBe('taken')
    }

    test('is nothing while nobody reads', async () => {
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await lookedOn()
      expect(await told()).toBeNull()
    })

    test('is that it was left, once its target was given new ones: also after a restart', async () => {
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await bobReadsOn().toBe('left')
      await sluice.restart()
      await sluice.api.connection.open({ connectionId: sluice.connectionId })
      await tells().toBe('left')
    })

    test('is that it was taken up, once one of them is acked, or given again; the last word counts', async () => {
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await bobReadsOn().toBe('left')
      await world.direct.xack(KEY, GROUP, '1-0')
      await tells().toBe('taken')
      // The same of another claim, of which a client asks for its own list.
      await sluice.recover(ofConsumer('bob'), claimTo('eve'))
      await world.direct.call('XREADGROUP', 'GROUP', GROUP, 'eve', 'STREAMS', KEY, '0')
      await tells().toBe('taken')
    })

    test('is that it was left no longer, once some of it are gone', async () => {
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await bobReadsOn().toBe('left')
      await world.direct.xdel(KEY, '3-0', '4-0')
      expect(await world.direct.xclaim(KEY, GROUP, 'eve', 0, '3-0', '4-0')).toEqual([])
      await tells().toBe('taken')
    })

    test('is nothing where some of it are gone, and nobody was seen to have left it', async () => {
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await world.direct.xdel(KEY, '3-0', '4-0')
      expect(await world.direct.xclaim(KEY, GROUP, 'eve', 0, '3-0', '4-0')).toEqual([])
      await lookedOn()
      expect(await told()).toBeNull()
    })

    test('is seen too after a claim of which nothing can be read', async () => {
      await seed(world.direct, { key: 'gone', held: { x: ['1-0'] } })
      await sluice.recover(ofConsumer('x'), claimTo('y'), 'gone')
      await world.direct.del('gone')
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await world.direct.xack(KEY, GROUP, '1-0')
      await tells().toBe('taken')
    })

    test.each([
      ['acked', ack],
      ['requeued', requeue],
      ['claimed', claimTo('eve')],
    ])('is nothing that Sluice did: what it %s itself, nobody took up', async (_what, action) => {
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await bobReadsOn().toBe('left')
      await sluice.recover(ofConsumer('bob'), action)
      await lookedOn()
      expect(await told()).toBe('left')
    })

    test('is nothing where its target was removed with them: they are lost', async () => {
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await world.direct.xgroup('DELCONSUMER', KEY, GROUP, 'bob')
      await world.direct.xreadgroup('GROUP', GROUP, 'eve', 'STREAMS', KEY, '>')
      await lookedOn()
      expect(await told()).toBeNull()
    })

    test('is known to another Sluice on the same directory', async () => {
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await bobReadsOn().toBe('left')
      beside = await openJournal(sluice.dataDir)
      expect(beside.claimSeen(sluice.connectionId, KEY, GROUP)?.end).toBe('left')
      expect(beside.claimSeen(sluice.connectionId, KEY, 'other')).toBeNull()
    })
  })
})
