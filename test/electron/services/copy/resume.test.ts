import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { counts, executed, idsFrom, isOpen } from '../recovery/recovery-kit'
import { useOneServer } from '../restore/one-server'
import { copy, planCopy, startCopy, type Asked } from './copy-kit'

const world = useOneServer()

async function add(ids: readonly string[], key = 'orders'): Promise<void> {
  const pipeline = world.direct.pipeline()
  for (const id of ids) pipeline.xadd(key, id, 'n', id)
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}
const values = async (key = 'copies') => (await world.direct.xrange(key, '-', '+')).map(([, fields]) => fields[1])
const refused = { code: 'BAD_INPUT', data: { field: 'resumes' } }

/** A copy of 300 entries, in whose midst a reply is lost. */
async function stopped(how: Asked, cut: 'cut-before-forward' | 'cut-before-reply'): Promise<Job> {
  await add(idsFrom(1, 300))
  return stoppedAt('150-0', how, cut)
}

async function stoppedAt(id: string, how: Asked, cut: 'cut-before-forward' | 'cut-before-reply'): Promise<Job> {
  const plan = await planCopy(world.sluice, how)
  let isIn = false
  const isOfMiddle = ([name, ...args]: readonly string[]): boolean => {
    if (name?.toUpperCase() === 'XADD' && args.includes(id)) isIn = true
    return isIn && name?.toUpperCase() === 'EXEC'
  }
  const struck = world.proxy.fault(isOfMiddle, { kind: cut })
  const job = await world.sluice.finished(await startCopy(world.sluice, plan))
  await struck
  await isOpen(world.sluice)
  return job
}

describe('a copy that stopped', () => {
  test.each([
    ['by new ids', 'cut-before-forward', { ids: 'new' }],
    ['by new ids', 'cut-before-reply', { ids: 'new', provenance: true }],
    ['by its ids', 'cut-before-forward', { ids: 'keep' }],
    ['by its ids', 'cut-before-reply', { ids: 'keep' }],
  ] satisfies [string, 'cut-before-forward' | 'cut-before-reply', Asked][])(
    '%s, %s, is gone on with: nothing twice, nothing left out',
    async (_, cut, how) => {
      const job = await stopped(how, cut)
      expect(job.state).toBe('interrupted')
      expect(job.counts.unknown).toBe(0)
      const plan = await planCopy(world.sluice, { ...how, resumes: job.recordId })
      expect(plan).toMatchObject({ entries: 300 - job.counts.changed, blocked: null })
      const rest = await world.sluice.finished(await startCopy(world.sluice, plan))
      expect(rest).toMatchObject({ state: 'done', counts: counts({ changed: 300 - job.counts.changed }) })
      expect(await values()).toEqual(idsFrom(1, 300))
    },
  )

  test('of which nobody can tell what it added leaves that out, and says how many', async () => {
    const job = await stopped({ ids: 'new' }, 'cut-before-reply')
    const { changed, unknown } = job.counts
    expect(job.state).toBe('interrupted')
    expect(unknown).toBeGreaterThan(0)
    const plan = await planCopy(world.sluice, { resumes: job.recordId })
    expect(plan).toMatchObject({ entries: 300 - changed - unknown, unknown })
    await world.sluice.finished(await startCopy(world.sluice, plan))
    expect(await values()).toEqual(idsFrom(1, 300))
  })

  test('is gone on with once, not after its end, and not once it was undone', async () => {
    const { sluice } = world
    const job = await stopped({ ids: 'new', provenance: true }, 'cut-before-forward')
    const two = [
      await planCopy(sluice, { resumes: job.recordId }),
      await planCopy(sluice, { resumes: job.recordId }),
    ] as const
    const rest = await sluice.finished(await startCopy(sluice, two[0]))
    await expect(startCopy(sluice, two[1])).rejects.toMatchObject(refused)
    await expect(planCopy(sluice, { resumes: job.recordId })).rejects.toMatchObject(refused)
    await expect(planCopy(sluice, { resumes: rest.recordId })).rejects.toMatchObject(refused)
    await sluice.undo(rest)
    // What an undo can't prove it leaves: that would be there twice.
    await expect(planCopy(sluice, { resumes: job.recordId })).rejects.toMatchObject(refused)
    await sluice.undo(job)
    await expect(planCopy(sluice, { resumes: job.recordId })).rejects.toMatchObject(refused)
    expect(await values()).toEqual([])
    await expect(planCopy(sluice, { resumes: job.recordId, to: 'other' })).rejects.toMatchObject(refused)
  })

  test('is gone on with by its last part alone, be it that this added nothing', async () => {
    const how = { ids: 'new', provenance: true } as const
    const job = await stopped(how, 'cut-before-forward')
    const next = idsFrom(1, 300)[job.counts.changed] ?? ''
    const second = await stoppedAt(next, { ...how, resumes: job.recordId }, 'cut-before-forward')
    expect(second).toMatchObject({ state: 'interrupted', counts: { changed: 0, unknown: 0 } })
    await expect(planCopy(world.sluice, { resumes: job.recordId })).rejects.toMatchObject(refused)
    await world.sluice.finished(
      await startCopy(world.sluice, await planCopy(world.sluice, { resumes: second.recordId })),
    )
    expect(await values()).toEqual(idsFrom(1, 300))
  })

  test.each([{ most: 250 }, { most: 200, ids: idsFrom(1, 300) }, { from: '2-0', most: 200 }])(
    'of so many, %#, comes to no more than that',
    async (choice) => {
      const job = await stopped({ choice }, 'cut-before-forward')
      expect(job.state).toBe('interrupted')
      // What comes to be in the source meanwhile is none of it.
      await add(idsFrom(301, 100))
      const plan = await planCopy(world.sluice, { resumes: job.recordId })
      await world.sluice.finished(await startCopy(world.sluice, plan))
      const from = 'from' in choice ? 2 : 1
      expect(await values()).toEqual(idsFrom(from, choice.most))
    },
  )

  test('is not gone on with from a stream that took its source’s place', async () => {
    const job = await stopped({ ids: 'new', provenance: true }, 'cut-before-forward')
    await world.direct.del('orders')
    for (const id of idsFrom(1, 300)) await world.direct.xadd('orders', id, 'n', `other ${id}`)
    await expect(planCopy(world.sluice, { resumes: job.recordId })).rejects.toMatchObject(refused)
    await world.direct.xtrim('orders', 'MAXLEN', 50)
    expect(await planCopy(world.sluice, { resumes: job.recordId })).toMatchObject({
      doubts: [{ code: 'copy.source-unproven' }],
    })
  })
})

test('nothing is sent twice where a reply is lost', async () => {
  const job = await stopped({ ids: 'keep' }, 'cut-before-reply')
  const { changed } = job.counts
  expect(changed).toBeGreaterThan(150)
  expect(await values()).toEqual(idsFrom(1, changed))
  await executed(world.direct, 'xadd', 300 + changed)
  expect((await copy(world.sluice, { to: 'again', ids: 'keep' })).counts.changed).toBe(300)
})
