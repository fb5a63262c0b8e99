import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSentinels, type TestSentinels } from '../../../helpers/redis-sentinel'
import type { TestRedis } from '../../../helpers/redis-server'
import { begunClaim, BIG, HASTE, heldAt, seedBig, takenOver } from '../recovery/failover-kit'
import { openSluice, type Sluice } from '../recovery/recovery-kit'

let world: TestSentinels
let sluice: Sluice
let primary: TestRedis
let replica: TestRedis
beforeEach(async () => {
  world = await startSentinels()
  primary = await world.primary()
  replica = world.servers.find((each) => each !== primary)!
  await seedBig(primary)
  sluice = await openSluice(world.connection(), null, { timings: HASTE })
})
afterEach(async () => {
  primary.thaw()
  await sluice.stop()
  await world.stop()
})

test.for([
  ['killed', (server: TestRedis) => server.kill()],
  ['standing still', (server: TestRedis) => Promise.resolve(server.freeze())],
] as const)(
  'a primary that is %s in the midst of a job: told as the next one has it, and undone there',
  { timeout: 60_000 },
  async ([, strike]) => {
    const job = await begunClaim(sluice)
    await strike(primary)
    const ended = await sluice.finished(job)
    expect(ended.state).toBe('interrupted')
    await takenOver(replica, sluice)
    const { changed, unknown } = ended.counts
    expect(unknown).toBe(0)
    expect(changed).toBeGreaterThan(0)
    expect(changed).toBeLessThan(BIG.count)
    expect(await heldAt(replica)).toEqual({ alice: BIG.count - changed, bob: changed })

    expect(await sluice.undo(ended)).toMatchObject({ state: 'done', counts: { changed } })
    expect(await heldAt(replica)).toEqual({ alice: BIG.count })
  },
)
