import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openAs } from '../recovery/limited-user'
import {
  callsOf,
  counts,
  everything,
  GROUP,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofIds,
  onEveryServer,
  type Sluice,
} from '../recovery/recovery-kit'
import { deadLetter } from '../recovery/copy-kit'
import {
  bury,
  copiesIn,
  DEAD,
  idsOf,
  named64,
  plan,
  recordOf,
  redrive,
  redriven,
  redrivenIn,
  run,
  start,
} from './redrive-kit'
import { saying } from '../../../helpers/saying'

const BINARY = Buffer.from([0xff, 0x00, 0xfe])
const letters = (count: number) => idsFrom(1, count).map((id) => ({ id }))

onEveryServer((world) => {
  async function origin(): Promise<void> {
    await world.direct.xadd(KEY, '1-0', 'n', 'first')
  }
  async function withoutScripts(use: (sluice: Sluice) => Promise<void>): Promise<void> {
    const sluice = await openAs(world, '-eval')
    await use(sluice).finally(() => sluice.stop())
  }

  describe('a redrive', () => {
    test('adds each entry’s own fields to the end of where it came from, with a count, and then deletes it', async () => {
      const { direct, sluice } = world
      await origin()
      await direct.xadd(BINARY, '1-0', 'n', 'first')
      const own = [Buffer.from([0xfd]), Buffer.alloc(0), 'twice', '1', 'twice', '2']
      await bury(direct, [{ id: '1-0' }, { id: '2-0', from: BINARY, own }, { id: '3-0' }])
      await direct.xadd(DEAD, '4-0', 'n', 'stray')
      const job = await redrive(sluice)
      expect(job).toMatchObject({ kind: 'redrive', state: 'done', done: 3, total: 3, group: null, undoable: false })
      expect(job.counts).toEqual(counts({ changed: 3 }))
      const copies = (await copiesIn(direct, KEY)).slice(1)
      expect(copies.map(({ fields }) => fields.slice(0, -1))).toEqual([
        [['n', '1-0'], ...redriven('1-0')],
        [['n', '3-0'], ...redriven('3-0')],
      ])
      const [, odd] = await copiesIn(direct, BINARY)
      const asRead = [
        [named64(Buffer.from([0xfd])), ''],
        ['twice', '1'],
        ['twice', '2'],
      ]
      expect(odd?.fields.slice(0, -1)).toEqual([...asRead, ...redriven('2-0')])
      expect(await idsOf(direct, DEAD)).toEqual(['4-0'])
      expect(await recordOf(sluice, job)).toMatchObject({
        ...{
          action: 'redrive',
          state: 'done',
          key: DEAD,
          group: null,
          summary: saying('redrive 3 entries to 2 streams'),
        },
        counts: counts({ changed: 3 }),
        undo: { possible: false },
      })
    })

    test('is journaled by ids and copies, and never with what the entries hold', async () => {
      const { direct, sluice } = world
      await origin()
      await bury(direct, [{ id: '1-0', own: ['card', '4242-4242'] }])
      const job = await redrive(sluice)
      const commands = ['# XADD orders NOMKSTREAM * <fields of 1-0>', '# XDEL orders:dead 1-0']
      expect(await recordOf(sluice, job)).toMatchObject({ commands })
      const folder = join(sluice.dataDir, 'journal')
      const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.jsonl'))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join('')
      const [, copy] = await idsOf(direct, KEY)
      expect(text).toContain(`"copies":[["1-0","${copy}"]]`)
      expect(text).not.toContain('4242-4242')
    })

    test('entry by entry where no script is allowed comes to the same', async () => {
      const { direct } = world
      await origin()
      await bury(direct, letters(30))
      await withoutScripts(async (sluice) => {
        expect(await redrive(sluice)).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
      })
      expect(await redrivenIn(direct)).toEqual(idsFrom(1, 30))
      expect((await copiesIn(direct, KEY))[1]?.fields.slice(0, -1)).toEqual([['n', '1-0'], ...redriven('1-0')])
      expect([await callsOf(direct, 'eval'), await idsOf(direct, DEAD)]).toEqual([0, []])
    })

    test('keeps the order within a stream, over several pages and several streams', async () => {
      const { direct, sluice } = world
      await origin()
      await direct.xadd('other', '1-0', 'n', 'first')
      const from = (at: number): string => (at % 3 === 0 ? 'other' : KEY)
      await bury(
        direct,
        idsFrom(1, 1_500).map((id, at) => ({ id, from: from(at) })),
      )
      expect(await redrive(sluice)).toMatchObject({ state: 'done', counts: counts({ changed: 1_500 }) })
      const all = idsFrom(1, 1_500)
      expect(await redrivenIn(direct)).toEqual(all.filter((_, at) => at % 3 !== 0))
      expect(await redrivenIn(direct, 'other')).toEqual(all.filter((_, at) => at % 3 === 0))
    })

    test('goes round after round until the count is too great', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '1-0', 'n', 'poison')
      await direct.xgroup('CREATE', KEY, GROUP, '0')
      for (let round = 1; round <= 4; round += 1) {
        await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
        const [last = ''] = (await idsOf(direct, KEY)).slice(-1)
        expect(await sluice.recover(ofIds([last]), deadLetter())).toMatchObject({ counts: counts({ changed: 1 }) })
        const made = await plan(sluice)
        expect(made).toMatchObject({ entries: 1, goes: round < 4 ? 1 : 0, leftAlone: { tooOften: round < 4 ? 0 : 1 } })
        if (round === 4) break
        expect(await run(sluice, made)).toMatchObject({ counts: counts({ changed: 1 }) })
        const copy = (await copiesIn(direct, KEY)).at(-1)
        expect(copy?.fields.map(([name]) => name)).toEqual([
          ...['n', 'sluice:redrives', 'sluice:dead-stream', 'sluice:dead-id', 'sluice:redriven-at'],
        ])
        expect(copy?.fields[1]).toEqual(['sluice:redrives', String(round)])
      }
      expect(await idsOf(direct, DEAD)).toHaveLength(1)
    })

    test('of ticked ids leaves the others', async () => {
      const { direct, sluice } = world
      await origin()
      await bury(direct, letters(5))
      await redrive(sluice, { selection: { kind: 'ids', ids: ['4-0', '2-0'] } })
      expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([
        ['2-0', '4-0'],
        ['1-0', '3-0', '5-0'],
      ])
    })

    test('makes the stream when told to, and goes to the one that is named, also what does not say from where', async () => {
      const { direct, sluice } = world
      await bury(direct, [{ id: '1-0' }, { id: '2-0', from: 'long gone' }])
      await direct.xadd(DEAD, '3-0', 'n', 'stray')
      const job = await redrive(sluice, { to: 'repair', strays: 'strays', create: true })
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect(await redrivenIn(direct, 'repair')).toEqual(['1-0', '2-0'])
      expect((await copiesIn(direct, 'strays'))[0]?.fields.slice(0, -1)).toEqual([['n', 'stray'], ...redriven('3-0')])
      expect(await idsOf(direct, DEAD)).toEqual([])
    })

    test('of nothing sends nothing', async () => {
      const { direct, sluice } = world
      await direct.xadd(DEAD, '1-0', 'n', 'stray')
      const before = await everything(direct, DEAD)
      expect(await redrive(sluice)).toMatchObject({ state: 'done', total: 0, done: 0 })
      expect(await everything(direct, DEAD)).toEqual(before)
    })

    test('of many and of large entries goes in bounded parts, one in flight', async () => {
      const { direct, proxy, sluice } = world
      await origin()
      await bury(direct, letters(250))
      for (const id of idsFrom(1_000, 6)) await bury(direct, [{ id, own: ['n', Buffer.alloc(100_000, 7)] }])
      const sizes: number[] = []
      const isRun = (args: readonly string[]): boolean =>
        args[0] === 'EVAL' && sizes.push(args.reduce((sum, part) => sum + part.length, 0)) < 0
      void proxy.fault(isRun, { kind: 'delay', ms: 0 })
      expect(await redrive(sluice)).toMatchObject({ state: 'done', counts: counts({ changed: 256 }) })
      expect(sizes.length).toBeLessThan(14)
      expect(Math.max(...sizes)).toBeLessThan(300_000)
    })

    test('of more fields than a script can hand on is done by commands', async () => {
      const { direct, sluice } = world
      await origin()
      const wide = Array.from({ length: 9_000 }, (_, at) => String(at))
      await bury(direct, [{ id: '1-0' }, { id: '2-0', own: wide }, { id: '3-0' }])
      expect(await redrive(sluice)).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect(await redrivenIn(direct)).toEqual(idsFrom(1, 3))
      expect((await copiesIn(direct, KEY))[2]?.fields).toHaveLength(4_504)
    })

    test('leaves what came since it was planned', async () => {
      const { direct, sluice } = world
      await origin()
      await bury(direct, letters(3))
      const made = await plan(sluice)
      await bury(direct, [{ id: '4-0' }])
      expect(await run(sluice, made)).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect(await idsOf(direct, DEAD)).toEqual(['4-0'])
    })

    test.each([true, false])('counts what went meanwhile as gone (by a script: %s)', async (byScript) => {
      const { direct, proxy, sluice } = world
      await origin()
      await bury(direct, letters(6))
      const check = async (to: Sluice): Promise<void> => {
        const made = await plan(to)
        await direct.xdel(DEAD, '2-0')
        // After the page was read, and before any of it is moved.
        const reached = holdAt(proxy, named('TIME'))
        const running = await start(to, made)
        await reached
        await direct.xdel(DEAD, '4-0')
        proxy.resume()
        expect(await to.finished(running)).toMatchObject({ state: 'done', counts: counts({ changed: 4, gone: 2 }) })
      }
      await (byScript ? check(sluice) : withoutScripts(check))
      expect(await redrivenIn(direct)).toEqual(['1-0', '3-0', '5-0', '6-0'])
    })
  })
})
