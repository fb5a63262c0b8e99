import { afterEach, describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { saying } from '../../../helpers/saying'
import { copiesIn, DEAD, deadLetter } from './copy-kit'
import { openAs } from './limited-user'
import { ack, claimTo, GROUP, idsFrom, KEY, ofConsumer, onEveryServer, pendingOf, seed, walked } from './recovery-kit'
import type { Sluice } from './recovery-kit'

/** Where the server won't let this user undo it, the preview says so, and nothing is begun. */
onEveryServer((world) => {
  let limited: Sluice | null = null
  afterEach(async () => {
    await limited?.stop()
    limited = null
  })
  const as = async (...rules: string[]): Promise<Sluice> => (limited = await openAs(world, ...rules))
  const allow = (...rules: string[]) => world.direct.call('ACL', 'SETUSER', 'limited', ...rules)
  const preview = async ({ api, connectionId }: Sluice, { recordId }: Job) =>
    (await walked(api.recovery.planUndo({ connectionId, recordId }))).ready.plan
  const refused = (feature: string) => ({ code: 'UNSUPPORTED', data: { feature } })

  describe('the undo of dead-lettering, by a user without XDEL', () => {
    test('is refused by preview and run, and leaves no entry in both places', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 250) } })
      const sluice = await as('-xdel')
      const plan = await sluice.plan(ofConsumer('alice'), deadLetter())
      expect(plan.undo).toMatchObject({ possible: true, note: saying('XDEL') })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ counts: { changed: 250 } })
      await expect(preview(sluice, job)).rejects.toMatchObject(refused('xdel'))
      await expect(sluice.undo(job)).rejects.toMatchObject(refused('xdel'))
      expect(await pendingOf(direct)).toEqual([])
      expect(await copiesIn(direct)).toHaveLength(250)
    })

    test('is refused where the right was taken away since it connected', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 5) } })
      const sluice = await as()
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      expect(await preview(sluice, job)).toMatchObject({ entries: 5 })
      await allow('-xdel')
      await expect(preview(sluice, job)).rejects.toMatchObject(refused('xdel'))
      expect(await copiesIn(world.direct)).toHaveLength(5)
      await allow('+xdel')
      expect(await preview(sluice, job)).toMatchObject({ entries: 5 })
    })

    test('is refused where the dead-letter stream alone is forbidden, and names it', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 5) } })
      const sluice = await as()
      const job = await sluice.recover(ofConsumer('alice'), deadLetter())
      await allow('resetkeys', `~${KEY}`)
      await expect(preview(sluice, job)).rejects.toMatchObject({
        ...refused('xdel'),
        data: { reason: saying(DEAD) },
      })
    })
  })

  test.each([
    ['claim', claimTo('bob')],
    ['ack', ack],
  ] as const)('the undo of a %s by a user without XCLAIM is refused before', async (_what, action) => {
    const { direct } = world
    await seed(direct, { held: { alice: idsFrom(1, 5) } })
    const sluice = await as()
    const job = await sluice.recover(ofConsumer('alice'), action)
    await allow('-xclaim')
    const before = await pendingOf(direct)
    await expect(preview(sluice, job)).rejects.toMatchObject(refused('xclaim'))
    expect(await pendingOf(direct)).toEqual(before)
  })

  describe('the undo of a change of the group', () => {
    const change = async (sluice: Sluice, what: Parameters<Sluice['api']['group']['planChange']>[0]['change']) => {
      const on = { connectionId: sluice.connectionId, key: KEY, group: GROUP }
      const { id } = await sluice.api.group.planChange({ ...on, change: what })
      return sluice.finished(await sluice.api.group.change({ ...on, planId: id }))
    }

    test('counts only what is still in the stream: 40 of 100', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 100) } })
      const job = await change(sluice, { kind: 'destroy group' })
      await direct.xtrim(KEY, 'MAXLEN', 40)
      const plan = await preview(sluice, job)
      expect(plan).toMatchObject({ entries: 40, gone: 60, consumers: [{ name: 'alice', before: 0, after: 40 }] })
      expect(await sluice.undo(job)).toMatchObject({ counts: { changed: 41, gone: 60 } })
      expect(await pendingOf(direct)).toHaveLength(40)
    })

    test('is refused where the stream is gone, or the id was moved on', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const set = await change(sluice, { kind: 'set id', to: '2-0' })
      await direct.xgroup('SETID', KEY, GROUP, '3-0')
      await expect(preview(sluice, set)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      const destroyed = await change(sluice, { kind: 'destroy group' })
      await direct.del(KEY)
      await expect(preview(sluice, destroyed)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('promises no consumer that is there again', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      await direct.call('XGROUP', 'CREATECONSUMER', KEY, GROUP, 'idler')
      const job = await change(sluice, { kind: 'remove consumer', consumer: 'idler' })
      expect(await preview(sluice, job)).toMatchObject({ instead: saying('idler') })
      await direct.call('XGROUP', 'CREATECONSUMER', KEY, GROUP, 'idler')
      const plan = await preview(sluice, job)
      expect(plan).toMatchObject({ entries: 0, note: saying('is there again') })
      expect(plan.instead).toBeUndefined()
      expect(await sluice.undo(job)).toMatchObject({ counts: { changed: 0, leftAlone: 1 } })
    })

    test('is refused for a user without XGROUP', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 5) } })
      const sluice = await as()
      const job = await change(sluice, { kind: 'destroy group' })
      await allow('-xgroup')
      await expect(preview(sluice, job)).rejects.toMatchObject(refused('xgroup'))
    })
  })
})
