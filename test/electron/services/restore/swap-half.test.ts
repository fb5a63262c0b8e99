import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { openAs } from '../recovery/limited-user'
import { counts, holdAt, idsFrom, named, seed, type Sluice } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { KEY, planSwap, rebuild, startSwap, swap, trimTo } from './restore-kit'
import { factsOf } from './stream-facts'
import { telling } from '../../../helpers/saying'

const world = useOneServer()
const MADE = `${KEY}:restored`
const ASIDE = `${KEY}:before-restore`

describe('a swap without scripts', () => {
  let sluice: Sluice
  let made: Job
  beforeEach(async () => {
    const { direct } = world
    await seed(direct, { held: { ann: idsFrom(1, 6) } })
    sluice = await openAs(world, '-eval')
    made = await rebuild(sluice, await trimTo(sluice, 2))
  })
  afterEach(() => sluice.stop())

  /** Waits for the last look before the transaction, by its name, and does something just then. */
  async function justBefore(look: string, start: () => Promise<Job>, meanwhile: () => Promise<unknown>): Promise<Job> {
    const held = holdAt(world.proxy, named(look))
    const running = await start()
    await held
    await meanwhile()
    world.proxy.resume()
    return sluice.finished(running)
  }
  const namesNow = () => world.direct.keys('*').then((names) => names.sort())

  test('whose new key is gone in that very moment gives the stream its name back', async () => {
    const plan = await planSwap(sluice, made)
    const before = await factsOf(world.direct, KEY)
    const job = await justBefore(
      'PTTL',
      () => startSwap(sluice, plan),
      () => world.direct.del(MADE),
    )
    const error = { code: 'REDIS', data: { command: 'RENAMENX' } }
    expect(job).toMatchObject({ state: 'failed', error, counts: counts({}) })
    expect(await namesNow()).toEqual([KEY])
    expect(await factsOf(world.direct, KEY)).toEqual(before)
  })

  test('whose name to go aside is taken in that very moment renames nothing', async () => {
    const plan = await planSwap(sluice, made)
    const before = await factsOf(world.direct, KEY)
    const job = await justBefore(
      'PTTL',
      () => startSwap(sluice, plan),
      () => world.direct.set(ASIDE, 'x'),
    )
    expect(job).toMatchObject({
      state: 'failed',
      error: telling('exists by now'),
    })
    expect(await factsOf(world.direct, KEY)).toEqual(before)
    expect(await world.direct.get(ASIDE)).toBe('x')
  })

  test('whose undo meets the same gives the name back as well, and can be done no more', async () => {
    const done = await swap(sluice, made)
    expect(done).toMatchObject({ state: 'done' })
    const before = await factsOf(world.direct, KEY)
    const { api, connectionId } = sluice
    let types = 0
    const held = holdAt(world.proxy, ([name]) => name === 'TYPE' && (types += 1) === 5)
    const running = await api.recovery.undo({ connectionId, recordId: done.recordId })
    await held
    await world.direct.del(ASIDE)
    world.proxy.resume()
    expect(await sluice.finished(running)).toMatchObject({ state: 'failed', counts: counts({}) })
    expect(await namesNow()).toEqual([KEY])
    expect(await factsOf(world.direct, KEY)).toEqual(before)
  })
})
