import { describe, expect, test } from 'vitest'
import type { RedriveSelection } from '../../../../shared/model/redrive'
import { availableServers } from '../../../helpers/available-servers'
import { openAs } from '../recovery/limited-user'
import { everything, idsFrom, KEY, onEveryServer } from '../recovery/recovery-kit'
import { bury, DEAD, named64, plan, provenance } from './redrive-kit'
import { saying } from '../../../helpers/saying'

const BINARY = Buffer.from([0xff, 0x00, 0xfe])

onEveryServer(
  (world) => {
    describe('a plan to redrive', () => {
      test('shows how many go where, and who needs them still; and changes nothing', async () => {
        const { direct, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await direct.xadd(BINARY, '1-0', 'n', '1')
        await bury(direct, [...idsFrom(1, 3).map((id) => ({ id })), { id: '4-0', from: BINARY }])
        await direct.xgroup('CREATE', DEAD, 'sweepers', '0')
        await direct.xgroup('CREATE', DEAD, 'done', '$')
        await direct.call('XREADGROUP', 'GROUP', 'sweepers', 'ann', 'COUNT', '2', 'STREAMS', DEAD, '>')
        const before = [await everything(direct, DEAD), await everything(direct), await everything(direct, BINARY)]
        const made = await plan(sluice)
        expect(made).toMatchObject({
          ...{ entries: 4, goes: 4, notFound: 0, firstId: '1-0', lastId: '4-0', key: DEAD },
          leftAlone: { noProvenance: 0, tooOften: 0, refused: 0 },
          guard: { atomic: true },
          undo: { possible: false },
        })
        expect(made.targets).toEqual([
          { name: KEY, entries: 3, type: 'stream', refusal: null },
          { name: named64(BINARY), entries: 1, type: 'stream', refusal: null },
        ])
        const exact = (value: number) => ({ value, certainty: 'exact' })
        expect(made.groups).toEqual([{ name: 'sweepers', pending: exact(2), unread: exact(2) }])
        const now = [await everything(direct, DEAD), await everything(direct), await everything(direct, BINARY)]
        expect(now).toEqual(before)
      })

      test('gives the commands that would do the same by hand', async () => {
        const { direct, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await bury(direct, [
          { id: '1-0', own: ['say', 'it’s "so"'] },
          { id: '2-0', own: ['n', 'x'.repeat(5_000)] },
        ])
        const { commands } = await plan(sluice)
        expect(commands).toHaveLength(4)
        expect(commands[0]).toMatch(
          /^XADD orders NOMKSTREAM \* say "it.*\\"so\\"" sluice:redrives 1 sluice:dead-stream orders:dead sluice:dead-id 1-0 sluice:redriven-at \d+$/,
        )
        expect(commands.slice(1)).toEqual([
          ...['XDEL orders:dead 1-0', '# XADD orders NOMKSTREAM * <fields of 2-0>', '# XDEL orders:dead 2-0'],
        ])
      })

      test('shows the first ten commands of many', async () => {
        const { direct, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await bury(
          direct,
          idsFrom(1, 30).map((id) => ({ id })),
        )
        expect((await plan(sluice)).commands).toHaveLength(20)
      })

      test('leaves alone what was redriven too often, and what does not say where it comes from', async () => {
        const { direct, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await bury(direct, [
          { id: '1-0', own: ['n', '1', 'sluice:redrives', '2'] },
          { id: '2-0', own: ['n', '1', 'sluice:redrives', '3'] },
          { id: '3-0', own: ['n', '1', 'sluice:redrives', '9'] },
        ])
        await direct.xadd(DEAD, '4-0', 'n', 'of unknown origin')
        const leftAlone = { noProvenance: 1, tooOften: 2, refused: 0 }
        expect(await plan(sluice)).toMatchObject({ entries: 4, goes: 1, leftAlone, firstId: '1-0', lastId: '1-0' })
        expect(await plan(sluice, { mostRedrives: 4 })).toMatchObject({ goes: 2, leftAlone: { tooOften: 1 } })
        const strays = await plan(sluice, { strays: KEY, mostRedrives: 10 })
        expect(strays).toMatchObject({ goes: 4, leftAlone: { noProvenance: 0, tooOften: 0, refused: 0 } })
      })

      test.each([
        ['that is not there', 'none', 'It does not exist.', (key: string) => world.direct.del(key)],
        ['that is no stream', 'list', 'It is no stream, but a list.', (key: string) => world.direct.rpush(key, 'x')],
      ])('leaves alone what comes from a key %s, and lets the rest go', async (_what, type, refusal, make) => {
        const { direct, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await make('other')
        await bury(direct, [{ id: '1-0' }, { id: '2-0', from: 'other' }, { id: '3-0', from: 'other' }])
        const made = await plan(sluice)
        expect(made).toMatchObject({ goes: 1, leftAlone: { noProvenance: 0, tooOften: 0, refused: 2 } })
        expect(made.targets).toEqual([
          { name: 'other', entries: 2, type, refusal: saying(refusal) },
          { name: KEY, entries: 1, type: 'stream', refusal: null },
        ])
      })

      test('lets go to a stream that is not there when it may be created', async () => {
        const { direct, sluice } = world
        await bury(direct, [{ id: '1-0' }])
        expect(await plan(sluice, { create: true })).toMatchObject({
          goes: 1,
          targets: [{ name: KEY, type: 'none', refusal: null }],
          commands: [expect.stringMatching(/^XADD orders \* n 1-0/), 'XDEL orders:dead 1-0'],
        })
      })

      test.each([
        ['comes from', { from: DEAD }, {}],
        ['is sent to', {}, { to: DEAD }],
      ])('leaves alone what %s the dead-letter stream itself', async (_how, letter, options) => {
        const { direct, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await bury(direct, [{ id: '1-0', ...letter }])
        const made = await plan(sluice, { create: true, ...options })
        expect(made).toMatchObject({ goes: 0, leftAlone: { refused: 1 }, commands: [] })
        expect(made.targets).toMatchObject([{ name: DEAD, refusal: saying('It is the dead-letter stream itself.') }])
      })

      test('sends all to one stream where one is named', async () => {
        const { direct, sluice } = world
        await direct.xadd('repair', '1-0', 'n', '1')
        await bury(direct, [{ id: '1-0' }, { id: '2-0', from: 'gone' }])
        await direct.xadd(DEAD, '3-0', 'n', 'stray')
        expect(await plan(sluice, { to: 'repair' })).toMatchObject({
          goes: 2,
          targets: [{ name: 'repair', entries: 2, refusal: null }],
          leftAlone: { noProvenance: 1, refused: 0 },
        })
      })

      test('of ticked ids takes each once, and counts those that are not there', async () => {
        const { direct, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await bury(
          direct,
          idsFrom(1, 5).map((id) => ({ id })),
        )
        const selection: RedriveSelection = { kind: 'ids', ids: ['4-0', '2-0', '9-0', '2-0', '1-7'] }
        expect(await plan(sluice, { selection })).toMatchObject({
          ...{ entries: 2, goes: 2, notFound: 2, firstId: '2-0', lastId: '4-0' },
        })
      })

      test('of a range takes both ends', async () => {
        const { direct, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await bury(
          direct,
          idsFrom(1, 5).map((id) => ({ id })),
        )
        const selection: RedriveSelection = { kind: 'range', from: '2-0', to: '4-0' }
        expect(await plan(sluice, { selection })).toMatchObject({ entries: 3, firstId: '2-0', lastId: '4-0' })
      })

      test('is refused for a range that ends before it begins, no ids, bad ids, and options that make no sense', async () => {
        const { direct, sluice } = world
        await bury(direct, [{ id: '1-0' }])
        const bad: readonly Parameters<typeof plan>[1][] = [
          { selection: { kind: 'range', from: '9-0', to: '1-0' } },
          { selection: { kind: 'ids', ids: [] } },
          { selection: { kind: 'ids', ids: ['one'] } },
          { selection: { kind: 'ids', ids: idsFrom(1, 10_001) } },
          { mostRedrives: 0 },
        ]
        for (const each of bad) await expect(plan(sluice, each)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      })

      test('is refused for a stream that is not there, and for a key that is none', async () => {
        const { direct, sluice } = world
        await expect(plan(sluice)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream' } })
        await direct.set(DEAD, 'text')
        await expect(plan(sluice)).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE' } })
      })

      test('of an emptied stream has nothing to do', async () => {
        const { direct, sluice } = world
        await bury(direct, [{ id: '1-0' }])
        await direct.xdel(DEAD, '1-0')
        expect(await plan(sluice)).toMatchObject({ entries: 0, goes: 0, targets: [], firstId: null })
      })

      test.each([['-xadd'], ['-xdel']])('is refused to a user with %s, with the reason', async (rule) => {
        await bury(world.direct, [{ id: '1-0' }])
        const limited = await openAs(world, rule)
        await expect(plan(limited)).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: rule.slice(1) } })
        await limited.stop()
      })

      test('says that no script can do it where scripts are not allowed', async () => {
        await world.direct.xadd(KEY, '1-0', 'n', '1')
        await bury(world.direct, [{ id: '1-0' }])
        const limited = await openAs(world, '-eval')
        const { guard, goes } = await plan(limited)
        expect([goes, guard.atomic, guard.note]).toEqual([1, false, saying('Scripts are not allowed')])
        await limited.stop()
      })

      test('leaves alone what comes from a key that the user may not look at', async () => {
        const { direct } = world
        await bury(direct, [{ id: '1-0', from: 'secret' }])
        const limited = await openAs(world, 'resetkeys', `~${DEAD}`, `~${KEY}`)
        const made = await plan(limited, { create: true })
        expect(made).toMatchObject({ goes: 0, leftAlone: { refused: 1 } })
        expect(made.targets).toMatchObject([{ name: 'secret', type: null }])
        expect(made.targets[0]?.refusal).toEqual(saying('NOPERM'))
        await limited.stop()
      })

      test('leaves alone what lies on another node of a cluster', async () => {
        const { direct, proxy, sluice } = world
        await bury(direct, [{ id: '1-0' }])
        void proxy.fault('TYPE', { kind: 'answer', reply: '-MOVED 5 127.0.0.1:7001\r\n' })
        const { targets } = await plan(sluice)
        expect([targets.length, targets[0]?.type]).toEqual([1, null])
        expect(targets[0]?.refusal).toEqual(saying('another node'))
      })

      test('is not made from what the connection lost half way', async () => {
        const { direct, proxy, sluice } = world
        await bury(direct, [{ id: '1-0' }])
        void proxy.fault('TYPE', { kind: 'cut-before-reply' })
        await expect(plan(sluice)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      })

      test('knows the provenance of what a dead-lettering of Sluice wrote', async () => {
        const { direct, sluice } = world
        await direct.xadd(KEY, '1-0', 'n', '1')
        await direct.xgroup('CREATE', KEY, 'billing', '0')
        await direct.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'STREAMS', KEY, '>')
        const action = { kind: 'deadLetter', stream: null, reason: 'poison', maxLen: null } as const
        await sluice.recover({ kind: 'ids', ids: ['1-0'] }, action)
        const [entry] = (await direct.xrange(DEAD, '-', '+')) as [string, string[]][]
        const names = provenance('1-0').filter((_, at) => at % 2 === 0)
        expect(entry?.[1].filter((_, at) => at % 2 === 0)).toEqual(['n', ...names])
        expect(await plan(sluice)).toMatchObject({ goes: 1, targets: [{ name: KEY }] })
      })
    })
  },
  {},
  availableServers().slice(0, 1),
)
