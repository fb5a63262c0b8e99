import { beforeEach, describe, expect, test } from 'vitest'
import { openAs } from '../recovery/limited-user'
import { idsFrom, onEveryServer } from '../recovery/recovery-kit'
import { catchUp, KEY, planRebuild, planSwap, rebuild, swap, trimTo } from './restore-kit'

const MADE = `${KEY}:restored`

onEveryServer((world) => {
  let hasIt: boolean
  beforeEach(async () => {
    hasIt = (await world.direct.command('INFO', 'XCFGSET'))[0] !== null
  })
  const fill = async (): Promise<void> => {
    for (const id of idsFrom(1, 10)) await world.direct.xadd(KEY, id, 'n', id)
  }
  const call = (...args: (string | number)[]) => world.direct.call(String(args[0]), args.slice(1))
  const settings = async (key: string) => {
    const told = (await call('XINFO', 'STREAM', key)) as string[]
    return ['idmp-duration', 'idmp-maxsize'].map((name) => Number(told[told.indexOf(name) + 1]))
  }

  test('a server without it has nothing to say of it', async () => {
    if (hasIt) return
    await fill()
    const file = await trimTo(world.sluice, 4)
    expect(await planRebuild(world.sluice, file)).toMatchObject({ idempotence: null, warnings: [] })
    expect(await planSwap(world.sluice, await rebuild(world.sluice, file))).toMatchObject({ idempotence: null })
  })

  describe('idempotent production (8.6+)', () => {
    test('that is not used is not spoken of, and its settings stay', async () => {
      if (!hasIt) return
      await fill()
      await call('XCFGSET', KEY, 'IDMP-DURATION', 321, 'IDMP-MAXSIZE', 7)
      const file = await trimTo(world.sluice, 4)
      expect(await planRebuild(world.sluice, file)).toMatchObject({ idempotence: { isUsed: false }, warnings: [] })
      await rebuild(world.sluice, file)
      expect(await settings(MADE)).toEqual([321, 7])
    })

    test('keeps its settings through rebuild and swap; that the ids are lost is said before, of both', async () => {
      if (!hasIt) return
      await fill()
      await call('XCFGSET', KEY, 'IDMP-DURATION', 500, 'IDMP-MAXSIZE', 50)
      for (const id of ['a', 'b']) await call('XADD', KEY, 'IDMP', 'p1', id, '*', 'n', id)
      await call('XADD', KEY, 'IDMP', 'p2', 'a', '*', 'n', 'a')
      const file = await trimTo(world.sluice, 4)
      const told = { durationSeconds: 500, maxSize: 50, producers: 2, ids: 3, isUsed: true }
      const plan = await planRebuild(world.sluice, file)
      expect(plan).toMatchObject({ idempotence: told, warnings: ['ids-forgotten'] })
      const made = await rebuild(world.sluice, file)
      // Set anew since, which forgets what was tracked.
      await call('XCFGSET', KEY, 'IDMP-DURATION', 600)
      await call('XADD', KEY, 'IDMP', 'p9', 'z', '*', 'n', 'z')
      expect((await planSwap(world.sluice, made)).idempotence).toEqual({
        ...{ ...told, durationSeconds: 600, producers: 1, ids: 1 },
      })
      await catchUp(world.sluice, made)
      await swap(world.sluice, made)
      expect(await settings(KEY)).toEqual([600, 50])
    })

    test('whose settings the user may not set says so, and the rest is restored', async () => {
      if (!hasIt) return
      await fill()
      await call('XCFGSET', KEY, 'IDMP-DURATION', 500)
      await call('XADD', KEY, 'IDMP', 'p1', 'a', '*', 'n', 'a')
      const limited = await openAs(world, '-xcfgset')
      const file = await trimTo(limited, 4)
      expect((await planRebuild(limited, file)).warnings).toEqual(['ids-forgotten', 'no-idmp-settings'])
      expect(await rebuild(limited, file)).toMatchObject({ state: 'done', counts: { changed: 11 } })
      expect(await settings(MADE)).toEqual([100, 100])
      await limited.stop()
    })
  })
})
