import { describe, expect, test } from 'vitest'
import { idsFrom, KEY, onEveryServer } from '../recovery/recovery-kit'
import { bury, DEAD, plan, redrive } from './redrive-kit'

const exact = (value: number) => ({ value, certainty: 'exact' })
const atMost = (value: number) => ({ value, certainty: 'atMost' })

onEveryServer((world) => {
  describe('the groups of the streams that get copies', () => {
    test('are named, with what each gets anew and what of it it had already; and so it comes', async () => {
      const { direct, sluice } = world
      for (const id of idsFrom(1, 6)) await direct.xadd(KEY, id, 'n', id)
      for (const group of ['audit', 'billing', 'late']) await direct.xgroup('CREATE', KEY, group, '0')
      for (const group of ['audit', 'billing']) {
        await direct.call('XREADGROUP', 'GROUP', group, 'ann', 'NOACK', 'STREAMS', KEY, '>')
      }
      await bury(
        direct,
        idsFrom(1, 4).map((id) => ({ id })),
      )
      const made = await plan(sluice)
      expect(made.groups).toEqual([])
      expect(made.otherGroups).toEqual([
        { stream: KEY, name: 'audit', gets: exact(4), had: atMost(4), own: 0 },
        { stream: KEY, name: 'billing', gets: exact(4), had: atMost(4), own: 4 },
        { stream: KEY, name: 'late', gets: exact(4), had: exact(0), own: 0 },
      ])
      await redrive(sluice)
      const reply = await direct.xreadgroup('GROUP', 'audit', 'ann', 'STREAMS', KEY, '>')
      expect((reply as [string, unknown[]][])[0]?.[1]).toHaveLength(4)
    })

    test('had none of what comes from another stream, or does not say where from', async () => {
      const { direct, sluice } = world
      await direct.xadd('other', '9-0', 'n', '1')
      await direct.xgroup('CREATE', 'other', 'g', '$')
      await bury(direct, [{ id: '1-0' }, { id: '2-0', from: 'other' }])
      await direct.xadd(DEAD, '3-0', 'n', 'of unknown origin')
      const made = await plan(sluice, { to: 'other', strays: 'other' })
      expect(made.otherGroups).toEqual([{ stream: 'other', name: 'g', gets: exact(3), had: atMost(1), own: 0 }])
    })

    test('are none of a stream that is made only then, nor of one that can’t take them', async () => {
      const { direct, sluice } = world
      await direct.set('no stream', 'x')
      await bury(direct, [{ id: '1-0' }, { id: '2-0', from: 'no stream' }])
      expect(await plan(sluice, { create: true })).toMatchObject({ goes: 1, otherGroups: [], untold: 0 })
    })

    test('are named up to 200, those first that had most', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '1-0', 'n', '1')
      const pipeline = direct.pipeline()
      for (let n = 0; n < 230; n += 1) pipeline.xgroup('CREATE', KEY, `g${n}`, n === 229 ? '$' : '0')
      await pipeline.exec()
      await bury(direct, [{ id: '1-0' }])
      const made = await plan(sluice)
      expect([made.otherGroups.length, made.moreGroups, made.otherGroups[0]?.name]).toEqual([200, 30, 'g229'])
    })
  })
}, {})
