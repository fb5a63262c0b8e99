import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { EntryId } from '../../../../shared/entry-id'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { openAs } from './limited-user'
import {
  callsOf,
  counts,
  executed,
  GROUP,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  sentSoFar,
  type Sluice,
} from './recovery-kit'
import { words } from '../../../../shared/words/words'
import { saying } from '../../../helpers/saying'

const ackDelete = (references: 'KEEPREF' | 'DELREF' | 'ACKED' = 'KEEPREF', keepBodies = true): RecoveryAction => ({
  kind: 'ackDelete',
  references,
  keepBodies,
})

async function hasXackdel(direct: Redis): Promise<boolean> {
  const [known] = (await direct.call('COMMAND', 'INFO', 'XACKDEL')) as unknown[]
  return known !== null && known !== undefined
}

/** The lines of the one backup that there is. */
function backedUp({ dataDir }: Pick<Sluice, 'dataDir'>): { readonly file: string; readonly lines: unknown[] } {
  const folder = join(dataDir, 'backups')
  const [name = 'none', ...others] = readdirSync(folder)
  expect(others).toEqual([])
  const file = join(folder, name)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return { file, lines: lines.map((line): unknown => JSON.parse(line)) }
}

onEveryServer((world) => {
  const inStream = async (key: string | Buffer = KEY): Promise<EntryId[]> =>
    (await world.direct.xrange(key, '-', '+')).map(([id]) => id)

  /** Another group that has read up to an id, and holds what it read but these. */
  const addAudit = async (readTo: number, acked: readonly EntryId[]): Promise<void> => {
    const { direct } = world
    await direct.xgroup('CREATE', KEY, 'audit', '0')
    await direct.call('XREADGROUP', 'GROUP', 'audit', 'eve', 'COUNT', readTo, 'STREAMS', KEY, '>')
    if (acked.length > 0) await direct.xack(KEY, 'audit', ...acked)
  }

  describe('ack and delete', () => {
    test('takes entries from the pending list and from the stream, and has their bodies in a file', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5), bob: idsFrom(6, 2) } })
      const job = await sluice.recover(ofConsumer('alice'), ackDelete())
      expect(job).toMatchObject({ kind: 'ackDelete', state: 'done', undoable: false, counts: counts({ changed: 5 }) })
      expect(await inStream()).toEqual(['6-0', '7-0'])
      expect((await pendingOf(direct)).map(([id]) => id)).toEqual(['6-0', '7-0'])
      const { file, lines } = backedUp(sluice)
      expect(lines).toEqual([
        expect.objectContaining({ stream: KEY }),
        ...idsFrom(1, 5).map((id) => ({ id, fields: [['n', id]] })),
      ])
      expect(statSync(file).mode & 0o777).toBe(0o600)
      const { records } = await sluice.api.journal.list({ count: 1 })
      expect(records[0]).toMatchObject({ action: 'ackDelete', backupFile: file, undo: { possible: false } })
      expect(records[0]?.undo.note).toEqual(saying('added again, as new entries'))
      await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    })

    test('keeps fields in order with their duplicates, of any bytes', async () => {
      const { direct, sluice } = world
      const [key, group, raw] = [Buffer.from([0xff, 10]), Buffer.from([0xfe, 0]), Buffer.from([0xc3, 0x28, 10, 0])]
      await direct.xadd(key, '1-0', 'b', raw, 'a', '1', 'b', '', raw, 'x')
      await direct.xgroup('CREATE', key, group, '0')
      await direct.call('XREADGROUP', ['GROUP', group, raw, 'STREAMS', key, '>'])
      const [stream, holder] = [key, raw].map((each) => ({ base64: each.toString('base64') }))
      if (!stream || !holder) throw new Error('there are two')
      const names = [stream, { base64: group.toString('base64') }] as const
      const job = await sluice.recover(ofConsumer(holder), ackDelete(), ...names)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1 }) })
      expect(await inStream(key)).toEqual([])
      const fields = [
        ['b', holder],
        ['a', '1'],
        ['b', ''],
        [holder, 'x'],
      ]
      expect(backedUp(sluice).lines).toEqual([expect.objectContaining({ stream }), { id: '1-0', fields }])
    })

    test('of many and of large entries goes in bounded parts', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 600) } })
      const pipeline = direct.pipeline()
      for (const id of idsFrom(1_000, 6)) pipeline.xadd(KEY, id, 'big', Buffer.alloc(700_000, id))
      await pipeline.exec()
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
      await direct.config('RESETSTAT')
      const job = await sluice.recover(ofConsumer('alice'), ackDelete())
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 606 }) })
      expect(await inStream()).toEqual([])
      // 500, then 100 with the first large one; no two large ones together.
      expect(await callsOf(direct, 'eval')).toBeGreaterThanOrEqual(8)
      expect(backedUp(sluice).lines).toHaveLength(607)
    })

    test('without bodies writes no file', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 600) } })
      const job = await sluice.recover(ofConsumer('alice'), ackDelete('KEEPREF', false))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 600 }) })
      expect(await inStream()).toEqual([])
      expect(readdirSync(sluice.dataDir)).not.toContain('backups')
    })

    test('takes entries that are gone from the stream off the pending list', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await direct.xdel(KEY, '2-0')
      const job = await sluice.recover(ofConsumer('alice'), ackDelete())
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect([await pendingOf(direct), await inStream()]).toEqual([[], []])
    })

    test('tells beforehand which other groups hold the entries or have not read them, and changes nothing', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10), bob: idsFrom(11, 5) } })
      await addAudit(6, ['1-0', '2-0'])
      await direct.xgroup('CREATE', KEY, 'done with it', '$')
      await direct.xgroup('CREATE', KEY, 'new', '0')
      await direct.xdel(KEY, '3-0', '9-0')
      const plan = await sluice.plan(ofConsumer('alice'), ackDelete())
      expect(plan).toMatchObject({ entries: 10, changes: 10, gone: 2 })
      expect(plan.warnings).toContain('others-need')
      const figure = (value: number) => ({ value, certainty: 'exact' })
      expect(plan.otherGroups).toEqual([
        { name: 'audit', pending: figure(3), unread: figure(3) },
        { name: 'new', pending: figure(0), unread: figure(8) },
      ])
      expect(await inStream()).toHaveLength(13)
    })

    test('of more than was read says of other groups at most so many', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10_300) } })
      await addAudit(10_200, [])
      const plan = await sluice.plan(ofConsumer('alice'), ackDelete())
      expect(plan.otherGroups).toMatchObject([
        { name: 'audit', pending: { value: 10_200, certainty: 'atMost' }, unread: { certainty: 'atMost' } },
      ])
      const all = await sluice.plan({ kind: 'matching', criteria: {} }, ackDelete())
      expect(all.otherGroups).toEqual([
        { name: 'audit', pending: { value: 10_200, certainty: 'exact' }, unread: { value: 100, certainty: 'exact' } },
      ])
    })

    test('leaves alone what moved before or in the very moment', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const plan = await sluice.plan(ofConsumer('alice'), ackDelete())
      await direct.xclaim(KEY, GROUP, 'bob', 0, '1-0', 'JUSTID')
      const before = (await callsOf(direct, 'xrange')) - sentSoFar(proxy, 'xrange')
      // The first four are of the stream’s evidence.
      const held = holdAt(proxy, named('XRANGE'), 5)
      const running = await sluice.run(plan)
      await held
      // Its ten entries were looked at by a script in the server before it began.
      await executed(direct, 'xrange', before + sentSoFar(proxy, 'xrange') + 10)
      await direct.xclaim(KEY, GROUP, 'bob', 0, '2-0', 'JUSTID')
      await direct.xack(KEY, GROUP, '3-0')
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'done', done: 10, counts: counts({ changed: 7, leftAlone: 3 }) })
      expect(await inStream()).toEqual(idsFrom(1, 3))
      expect((await pendingOf(direct)).map(([id, holder]) => [id, holder])).toEqual([
        ['1-0', 'bob'],
        ['2-0', 'bob'],
      ])
    })

    test.each(['DELREF', 'ACKED'] as const)(
      'in mode %s is done by XACKDEL, or refused where there is none',
      async (mode) => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: idsFrom(1, 4) } })
        await addAudit(4, ['1-0', '2-0'])
        const { connectionId } = sluice
        const { server } = await sluice.api.connection.open({ connectionId })
        if (server?.capabilities.xackdel.available !== true) {
          const refused = {
            code: 'UNSUPPORTED',
            data: { feature: 'xackdel', reason: saying('This server has no XACKDEL.') },
          }
          await expect(sluice.plan(ofConsumer('alice'), ackDelete(mode))).rejects.toMatchObject(refused)
          return
        }
        const job = await sluice.recover(ofConsumer('alice'), ackDelete(mode))
        const kept = mode === 'ACKED' ? { kept: 2 } : {}
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 4, ...kept }) })
        expect(job.keptFor).toEqual(mode === 'ACKED' ? ['audit'] : undefined)
        expect(await pendingOf(direct)).toEqual([])
        expect(await inStream()).toEqual(mode === 'ACKED' ? ['3-0', '4-0'] : [])
        expect(await pendingOf(direct, KEY, 'audit')).toHaveLength(mode === 'ACKED' ? 2 : 0)
      },
    )
  })

  describe('what another group needs', () => {
    test('is acked and not deleted, told as kept for that group, by the journal as well, and never for another', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await direct.xgroup('CREATE', KEY, 'b', '0')
      await direct.call('XREADGROUP', 'GROUP', 'b', 'eve', 'STREAMS', KEY, '>')
      await direct.xgroup('CREATE', KEY, 'ahead', '3-0')
      const ask = () => sluice.recover(ofConsumer('alice'), ackDelete('ACKED'))
      if (!(await hasXackdel(direct))) {
        await expect(ask()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
        return
      }
      const job = await ask()
      expect(job).toMatchObject({ counts: counts({ changed: 3, kept: 3 }), keptFor: ['b'] })
      expect(words.job.headline(job)).toBe('3 acked, 0 deleted, 3 kept for b')
      expect(await inStream()).toEqual(idsFrom(1, 3))
      const { records } = await sluice.api.journal.list({ count: 1 })
      expect(records[0]).toMatchObject({ counts: { changed: 3, kept: 3 } })
    })

    test('is named by nobody where groups may not be listed, and counted all the same', async () => {
      const { direct } = world
      if (!(await hasXackdel(direct))) return
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await addAudit(3, ['1-0'])
      const limited = await openAs(world)
      const plan = await limited.plan(ofConsumer('alice'), ackDelete('ACKED', false))
      await direct.call('ACL', 'SETUSER', 'limited', '-xinfo|groups')
      const job = await limited.finished(await limited.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3, kept: 2 }) })
      expect(job.keptFor).toBeUndefined()
      expect(words.job.headline(job)).toBe('3 acked, 1 deleted, 2 kept in the stream')
      await limited.stop()
    })
  })

  describe('what was gone from the stream before', () => {
    test.each([
      ['by script', [], ['KEEPREF', 'DELREF', 'ACKED']],
      ['without scripts', ['-eval', '-eval_ro', '-evalsha_ro'], ['KEEPREF', 'DELREF', 'ACKED']],
      ['in a transaction', ['-eval', '-xackdel'], ['KEEPREF']],
    ] as const)('is acked, and not told as deleted: %s', async (_how, rules, modes) => {
      const { direct } = world
      for (const mode of modes) {
        if (mode !== 'KEEPREF' && !(await hasXackdel(direct))) continue
        await direct.flushall()
        await seed(direct, { held: { alice: idsFrom(1, 4) } })
        await direct.xdel(KEY, '2-0', '3-0', '4-0')
        const known = rules.filter((rule) => rule !== '-xackdel')
        const sluice = await openAs(world, ...((await hasXackdel(direct)) ? rules : known))
        const job = await sluice.recover(ofConsumer('alice'), ackDelete(mode))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 4, wasGone: 3 }) })
        expect(words.job.headline(job)).toBe('4 acked, 1 deleted, 3 gone from the stream before')
        const { records } = await sluice.api.journal.list({ count: 1 })
        expect(records[0]).toMatchObject({ counts: { changed: 4, wasGone: 3 } })
        expect([await inStream(), await pendingOf(direct)]).toEqual([[], []])
        await sluice.stop()
      }
    })

    test('is none of what was there: nothing is said of it', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const job = await sluice.recover(ofConsumer('alice'), ackDelete())
      expect(job.counts).toEqual(counts({ changed: 4 }))
      expect(words.job.headline(job)).toBe('Acked and deleted 4 entries')
    })
  })

  describe('ack and delete, when things go wrong', () => {
    test('deletes nothing when the bodies can’t be written', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      writeFileSync(join(sluice.dataDir, 'backups'), 'in the way')
      const job = await sluice.recover(ofConsumer('alice'), ackDelete())
      expect(job).toMatchObject({ state: 'failed', error: { code: 'STORAGE' }, counts: counts({}) })
      expect([await inStream(), (await pendingOf(direct)).length]).toEqual([idsFrom(1, 4), 4])
    })

    test('whose reply is lost reads back what became of it, and sends nothing twice', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      void proxy.fault('EVAL', { kind: 'cut-before-reply' })
      const job = await sluice.recover(ofConsumer('alice'), ackDelete())
      const lost = { code: 'UNKNOWN_OUTCOME' }
      expect(job).toMatchObject({ state: 'interrupted', error: lost, counts: counts({ changed: 4 }) })
      expect(await callsOf(direct, 'eval')).toBe(1)
      expect(await inStream()).toEqual([])
      expect(backedUp(sluice).lines).toHaveLength(5)
    })

    test('that never reaches the server leaves everything there', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      void proxy.fault('EVAL', { kind: 'cut-before-forward' })
      const job = await sluice.recover(ofConsumer('alice'), ackDelete())
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 4 }) })
      expect([await inStream(), (await pendingOf(direct)).length]).toEqual([idsFrom(1, 4), 4])
    })

    test('fails when the group goes in between, with the stream as it was', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const plan = await sluice.plan(ofConsumer('alice'), ackDelete())
      await direct.xgroup('DESTROY', KEY, GROUP)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' }, counts: { changed: 0 } })
      expect(await inStream()).toEqual(idsFrom(1, 4))
    })

    test('refuses a user who may not delete', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const sluice = await openAs(world, '-@all', '+@connection', '+@read', '+xack', '+info', '+hello')
      try {
        const refused = { code: 'UNSUPPORTED' }
        await expect(sluice.plan(ofConsumer('alice'), ackDelete())).rejects.toMatchObject(refused)
        expect(await inStream()).toEqual(['1-0'])
      } finally {
        await sluice.stop()
      }
    })
  })

  describe('ack and delete where scripts are not allowed', () => {
    test('says so, and works by the commands alone', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 120), bob: ['500-0'] } })
      const sluice = await openAs(world, '-eval')
      try {
        const plan = await sluice.plan(ofConsumer('alice'), ackDelete())
        expect(plan.guard.atomic).toBe(false)
        expect(plan.guard.note).toEqual(saying('Scripts are not allowed'))
        const job = await sluice.finished(await sluice.run(plan))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 120 }) })
        expect([await inStream(), (await pendingOf(direct)).length]).toEqual([['500-0'], 1])
        expect(backedUp(sluice).lines).toHaveLength(121)
      } finally {
        await sluice.stop()
      }
    })

    test('works by one transaction of XACK and XDEL each where XACKDEL is not allowed either', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 120) } })
      const hasIt = (await world.sluice.api.connection.open({ connectionId: world.sluice.connectionId })).server
      const without = hasIt?.capabilities.xackdel.available === true ? ['-eval', '-xackdel'] : ['-eval']
      const sluice = await openAs(world, ...without)
      try {
        const job = await sluice.recover(ofIds(idsFrom(1, 120)), ackDelete())
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 120 }) })
        expect([await inStream(), await pendingOf(direct)]).toEqual([[], []])
        expect([await callsOf(direct, 'xack'), await callsOf(direct, 'xdel')]).toEqual([120, 120])
        const refused = { code: 'UNSUPPORTED', data: { feature: 'xackdel' } }
        await expect(sluice.plan(ofIds(['1-0']), ackDelete('ACKED'))).rejects.toMatchObject(refused)
      } finally {
        await sluice.stop()
      }
    })
  })
})
