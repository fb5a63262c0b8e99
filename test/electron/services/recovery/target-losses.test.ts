import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { createTrimCeiling, targetLosses } from '../../../../electron/services/recovery/copies/target-losses'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { onEachServer } from '../../../helpers/on-each-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const DEAD = 'dead'
const clients = useSluiceClients()

onEachServer('on %s', (version) => {
  let direct: Redis
  let reader: Reader
  useEmptiedServer({ version }, async (server, client) => {
    direct = client
    reader = (await clients.open(server)).reader
  })

  const grow = async (count: number): Promise<void> => {
    const pipeline = direct.pipeline()
    for (let at = 0; at < count; at += 1) pipeline.xadd(DEAD, '*', 'n', at)
    await pipeline.exec()
  }
  const ceilingOf = (maxLength: number, shown: number) =>
    createTrimCeiling(reader, { target: Buffer.from(DEAD), maxLength, shown })
  /** Writes so many copies as a run does, the trim exact, so that all goes that may go. */
  const write = async (copies: number, maxLength: number): Promise<void> => {
    await grow(copies)
    await direct.xtrim(DEAD, 'MAXLEN', '=', maxLength)
  }

  test('what went with one part counts for the next', async () => {
    await grow(100)
    const ceiling = ceilingOf(100, 15)
    await ceiling.before(10)
    await write(10, 100)
    await ceiling.after(10)
    await expect(ceiling.before(6)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    await ceiling.before(5)
  })

  test('what had room took nothing, and counts for nothing', async () => {
    await grow(80)
    const ceiling = ceilingOf(100, 5)
    await ceiling.before(20)
    await write(20, 100)
    await ceiling.after(20)
    await ceiling.before(5)
    await expect(ceiling.before(6)).rejects.toMatchObject({ code: 'STALE_PLAN' })
  })

  test('what others add on the way may not be trimmed by us', async () => {
    await grow(100)
    const ceiling = ceilingOf(100, 10)
    await grow(1)
    await expect(ceiling.before(10)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    await ceiling.before(9)
  })

  test('whatever others do, no more goes with the copies than was shown', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      let state = seed
      const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below
      await direct.del(DEAD)
      await grow(random(60))
      const maxLength = 20 + random(40)
      const { value } = await targetLosses(reader, { stream: DEAD, copies: 20, maxLength })
      const ceiling = ceilingOf(maxLength, value)
      let gone = 0
      for (let part = 0; part < 4; part += 1) {
        if (random(3) === 0) await grow(random(10))
        const before = await direct.xlen(DEAD)
        if (
          await ceiling.before(5).then(
            () => false,
            () => true,
          )
        )
          break
        await write(5, maxLength)
        gone += before + 5 - (await direct.xlen(DEAD))
        await ceiling.after(5)
      }
      expect(gone, `seed ${seed}`).toBeLessThanOrEqual(value)
    }
  })

  test('is refused where the copies would not fit', async () => {
    await grow(5)
    await expect(targetLosses(reader, { stream: DEAD, copies: 20, maxLength: 19 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    })
  })
})
