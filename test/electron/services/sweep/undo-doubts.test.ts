import { expect, test } from 'vitest'
import { allAccepted } from '../../../../shared/judgement/sweep-doubts'
import { idsFrom, onEveryServer } from '../recovery/recovery-kit'
import { allPending, GROUPS, KEYS, placeOf, planUndo, recordsOf, seedAll, sweep } from './sweep-kit'

onEveryServer((world) => {
  /** It handled all that it was given. */
  async function anew(key: string, group: string) {
    const { direct } = world
    await direct.xgroup('DESTROY', key, group)
    await direct.xgroup('CREATE', key, group, '0')
    await direct.xreadgroup('GROUP', group, 'zoe', 'STREAMS', key, '>')
    await direct.xack(key, group, ...idsFrom(1, 5))
  }
  async function sweptAndDoubted() {
    await seedAll(world)
    const take = { stalled: false, minIdleMs: 0, minDeliveries: null }
    const job = await sweep(world.sluice, { action: { kind: 'deadLetter', stream: 'dead' }, take, stream: 'app:*' })
    await anew(KEYS[0], GROUPS[0])
    const sweepId = job.sweep?.id ?? ''
    return { sweepId, plan: await planUndo(world.sluice, sweepId) }
  }
  const countsNow = async () => Object.values(await allPending(world)).map((rows) => rows.length)

  test('a doubt is of the group that it was told of, and of no other one that became as doubtful since', async () => {
    const { sluice } = world
    const { sweepId, plan } = await sweptAndDoubted()
    const doubted = plan.rows.filter(({ doubts }) => doubts.length > 0)
    expect(doubted.map(({ key, group }) => placeOf(key, group))).toEqual(['app:a g1'])
    await anew(KEYS[1], GROUPS[1])
    const accepts = allAccepted(plan.rows)
    const { api, connectionId } = sluice
    const undo = await sluice.finished(await api.sweep.undo({ connectionId, sweepId, accepts }))
    expect(undo).toMatchObject({ state: 'done', counts: { changed: 25 }, sweep: { ended: 6, failed: 1 } })
    expect(await countsNow()).toEqual([5, 5, 5, 0, 5, 5])
  })

  test('what is accepted of one record is nothing of another, and the rest goes on', async () => {
    const { sluice } = world
    const { sweepId, plan } = await sweptAndDoubted()
    const [code = ''] = plan.rows.flatMap(({ doubts }) => doubts.map((doubt) => doubt.code))
    const others = (await recordsOf(sluice, sweepId)).filter(({ key, group }) => placeOf(key, group) !== 'app:a g1')
    const accepts = others.map(({ id: recordId }) => ({ recordId, codes: [code] }))
    const { api, connectionId } = sluice
    const undo = await sluice.finished(await api.sweep.undo({ connectionId, sweepId, accepts }))
    expect(undo).toMatchObject({ counts: { changed: 25 }, sweep: { failed: 1 } })
    expect(await countsNow()).toEqual([0, 5, 5, 5, 5, 5])
  })
})
