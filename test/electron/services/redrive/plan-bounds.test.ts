import { describe, expect, test } from 'vitest'
import { availableServers } from '../../../helpers/available-servers'
import { idsFrom, KEY, onEveryServer, walked } from '../recovery/recovery-kit'
import { ALL, bury, DEAD, plan } from './redrive-kit'

onEveryServer(
  (world) => {
    describe('the reading of a plan to redrive', () => {
      test('says how far it is, in pages of a thousand at most', async () => {
        const { direct, proxy, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await bury(
          direct,
          idsFrom(1, 3_000).map((id) => ({ id })),
        )
        const pages: number[] = []
        const isPage = ([command, key, , , , count]: readonly string[]): boolean =>
          command === 'XRANGE' && key === DEAD && pages.push(Number(count)) < 0
        void proxy.fault(isPage, { kind: 'delay', ms: 0 })
        const { api, connectionId } = sluice
        const planAll = api.redrive.planAll({ connectionId, key: DEAD, selection: ALL, options: {} })
        const { ready, readings } = await walked(planAll)
        expect(ready.plan).toMatchObject({ entries: 3_000, goes: 3_000 })
        expect(readings.length).toBeGreaterThanOrEqual(4)
        expect(readings.at(-1)).toEqual({ state: 'reading', walked: 3_000, total: 3_000, matched: 3_000 })
        expect(Math.max(...pages)).toBeLessThanOrEqual(1_000)
      })

      test('that is left reads no further', async () => {
        const { direct, proxy, sluice } = world
        await bury(
          direct,
          idsFrom(1, 5_000).map((id) => ({ id })),
        )
        const { api, connectionId } = sluice
        const leave = new AbortController()
        const options = { signal: leave.signal }
        const planAll = await api.redrive.planAll({ connectionId, key: DEAD, selection: ALL, options: {} }, options)
        for await (const { state } of planAll) {
          expect(state).toBe('reading')
          break
        }
        leave.abort()
        const sent = proxy.commands.filter((command) => command === 'XRANGE').length
        expect(sent).toBeLessThan(8)
        expect(await plan(sluice)).toMatchObject({ entries: 5_000 })
      })

      test('of large entries reads a few at a time', async () => {
        const { direct, proxy, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        const own = ['n', Buffer.alloc(600_000, 7)]
        for (const id of idsFrom(1, 12)) await bury(direct, [{ id, own }])
        const counts: number[] = []
        const isPage = ([command, key, from, to, , count]: readonly string[]): boolean =>
          command === 'XRANGE' && key === DEAD && from !== to && counts.push(Number(count)) < 0
        void proxy.fault(isPage, { kind: 'delay', ms: 0 })
        expect(await plan(sluice)).toMatchObject({ goes: 12 })
        expect(Math.max(...counts)).toBeLessThanOrEqual(7)
      })

      test('is refused where too many different streams are named', async () => {
        const { direct, sluice } = world
        await bury(
          direct,
          idsFrom(1, 1_001).map((id) => ({ id, from: `stream-${id}` })),
        )
        await expect(plan(sluice)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'selection' } })
        expect(await plan(sluice, { to: KEY, create: true })).toMatchObject({ goes: 1_001 })
      })
    })
  },
  {},
  availableServers().slice(0, 1),
)
