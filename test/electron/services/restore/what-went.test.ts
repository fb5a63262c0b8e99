import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import type { References } from '../../../../shared/model/references'
import { onEachServer } from '../../../helpers/on-each-server'
import { openAs } from '../recovery/limited-user'
import { counts, GROUP, holdAt, idsFrom, named, ofConsumer, type Sluice } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { addCopies, deleteIds, KEY, planCopies, planRebuild, rebuild } from './restore-kit'

onEachServer('on %s', (version) => {
  const world = useOneServer({ version })
  const hasModes = /^redis-8\.([2-9]|1\d)/.test(version)

  beforeEach(async () => {
    const pipeline = world.direct.pipeline()
    for (const id of idsFrom(1, 1_000)) pipeline.xadd(KEY, id, 'n', id)
    await pipeline.exec()
  })

  const on = () => ({ connectionId: world.sluice.connectionId, key: KEY })
  const startTrim = async (references: References = 'KEEPREF', maxlen = 0, { api }: Sluice = world.sluice) => {
    const strategy = { kind: 'maxlen' as const, maxlen }
    const at = { ...on(), connectionId: (await api.connection.list())[0]?.id ?? '' }
    const plan = await api.trim.plan({ ...at, strategy, approximate: false, references, limit: 100 })
    return api.trim.run({ ...at, planId: plan.id, backup: true })
  }
  const listed = async ({ api }: Pick<Sluice, 'api'> = world.sluice) => (await api.restore.backups()).backups
  const fileOf = async (job: Job, sluice: Sluice = world.sluice): Promise<string> => {
    const found = (await listed(sluice)).find(({ record }) => record?.id === job.recordId)
    if (found === undefined) throw new Error('it left no backup')
    return found.file
  }
  const contents = async (job: Job) => (await listed()).find(({ record }) => record?.id === job.recordId)?.contents
  /** The bodies, sorted: an entry that is there twice is there twice. */
  const values = async (key = KEY) =>
    (await world.direct.xrange(key, '-', '+'))
      .map(([, fields]) => fields[1] ?? '')
      .sort((a, b) => parseInt(a) - parseInt(b))
  const all = idsFrom(1, 1_000)
  const wentFolder = () => join(world.sluice.dataDir, 'backups-went')

  /** Held on the way, then cancelled. */
  const cancelledTrim = async (): Promise<Job> => {
    const command = named('XTRIM')
    const reached = holdAt(world.proxy, command, 3)
    const running = await startTrim()
    await reached
    await world.sluice.api.job.cancel({ jobId: running.id })
    world.proxy.resume()
    return world.sluice.finished(running)
  }

  describe('a trim that was cancelled', () => {
    test('says in the list what went, restores only that, and tells what it leaves out', async () => {
      const job = await cancelledTrim()
      const went = job.counts.changed
      expect(job.state).toBe('cancelled')
      expect(went).toBeGreaterThan(0)
      expect(went).toBeLessThan(1_000)
      expect(await contents(job)).toMatchObject({ entries: went, unsure: 0, stayed: 1_000 - went, lastId: `${went}-0` })
      const file = await fileOf(job)
      expect(await planCopies(world.sluice, file)).toMatchObject({
        ...{ entries: went, there: 0, unsure: 0, leftOut: 1_000 - went },
      })
      expect(await addCopies(world.sluice, file)).toMatchObject({ state: 'done', counts: counts({ changed: went }) })
      expect(await values()).toEqual(all)
    })

    test('gives what stayed where it is named, or asked for, unless the stream holds it', async () => {
      const job = await cancelledTrim()
      const file = await fileOf(job)
      expect(await planCopies(world.sluice, file, { ids: ['1-0', '999-0', '1000-0'] })).toMatchObject({
        ...{ entries: 1, there: 2, notFound: 0 },
      })
      await world.direct.xdel(KEY, '1000-0')
      const plan = await planCopies(world.sluice, file, { stayed: true })
      expect(plan).toMatchObject({ entries: job.counts.changed + 1, there: 999 - job.counts.changed, leftOut: 0 })
    })

    test('is restored into a new key without what others deleted since, unless that is asked for', async () => {
      const job = await cancelledTrim()
      const file = await fileOf(job)
      await world.direct.xdel(KEY, '999-0')
      expect(await planRebuild(world.sluice, file)).toMatchObject({ entries: 999, leftOut: 1, warnings: ['left-out'] })
      expect((await planRebuild(world.sluice, file, { stayed: true })).entries).toBe(1_000)
      await rebuild(world.sluice, file)
      expect(await world.direct.xlen(`${KEY}:restored`)).toBe(999)
    })
  })

  describe('a backup that does not say what went', () => {
    test.each(['of an earlier Sluice', 'of a Sluice that was killed before its first step'])(
      '%s: the stream is looked at, and what it holds is not added once more',
      async (which) => {
        const job = await cancelledTrim()
        if (which === 'of an earlier Sluice') rmSync(wentFolder(), { recursive: true })
        else for (const name of readdirSync(wentFolder())) writeFileSync(join(wentFolder(), name), '')
        const went = job.counts.changed
        expect(await contents(job)).toMatchObject({ entries: 1_000, unsure: 1_000, stayed: 0 })
        const file = await fileOf(job)
        expect(await planCopies(world.sluice, file)).toMatchObject({ entries: went, unsure: went, there: 1_000 - went })
        const restored = await addCopies(world.sluice, file)
        expect(restored).toMatchObject({ state: 'done', counts: counts({ changed: went, leftAlone: 1_000 - went }) })
        expect(await values()).toEqual(all)
      },
    )

    test('of a Sluice that was killed in the middle says how much is certain', async () => {
      const job = await cancelledTrim()
      const [name = ''] = readdirSync(wentFolder())
      const [first = ''] = readFileSync(join(wentFolder(), name), 'utf8').split('\n')
      // The second line was being written.
      writeFileSync(join(wentFolder(), name), `${first}\n{"went":[["0-0","`)
      const { entries = 0, unsure = 0, stayed } = (await contents(job)) ?? {}
      expect([entries, stayed]).toEqual([1_000, 0])
      expect(entries - unsure).toBe((JSON.parse(first) as { entries: number }).entries)
      await addCopies(world.sluice, await fileOf(job))
      expect(await values()).toEqual(all)
    })

    test('what others took since the plan was made is not added: it was not shown', async () => {
      const job = await cancelledTrim()
      rmSync(wentFolder(), { recursive: true })
      const plan = await planCopies(world.sluice, await fileOf(job))
      await world.direct.xtrim(KEY, 'MAXLEN', 5)
      const { api, finished } = world.sluice
      const restored = await finished(await api.restore.addCopies({ ...on(), planId: plan.id }))
      expect(restored.counts).toEqual(counts({ changed: plan.entries, leftAlone: plan.there }))
    })

    test('an entry of the same id with another content is another entry', async () => {
      const file = await deleteIds(world.sluice, ['1000-0'])
      await world.direct.del(KEY)
      await world.direct.xadd(KEY, '1000-0', 'n', 'another')
      expect(await planCopies(world.sluice, file)).toMatchObject({ entries: 1, there: 0 })
    })
  })

  describe.each(['cut-before-reply', 'cut-before-forward'] as const)('a connection that is cut (%s)', (kind) => {
    test.each(['trim', 'trim by XDEL', 'delete', 'ack and delete'] as const)(
      '%s: the backup restores each entry that went, and no other',
      async (what) => {
        let seen = 0
        const at =
          (...names: string[]) =>
          ([name = '', key]: readonly string[]) =>
            names.includes(name) && key === KEY && ++seen === 2
        let acks = 0
        /** The second transaction of acks and deletions. */
        const secondOfAcks = ([name, key]: readonly string[]) => {
          if (name === 'XACK' && key === KEY) acks += 1
          return name === 'EXEC' && acks === 100 && ++acks === 101
        }
        let sluice = world.sluice
        let job: Job
        if (what === 'trim') {
          void world.proxy.fault(at('XTRIM'), { kind })
          job = await sluice.finished(await startTrim())
        } else if (what === 'trim by XDEL') {
          // After the greatest id of all there is none to name as the first that stays.
          await world.direct.xadd(KEY, '18446744073709551615-18446744073709551615', 'n', '1001')
          void world.proxy.fault(at('XDEL'), { kind })
          job = await sluice.finished(await startTrim())
        } else if (what === 'delete') {
          void world.proxy.fault(at('XDEL', 'XDELEX'), { kind })
          const { api } = sluice
          const selection = { kind: 'range' as const, from: '1-0', to: '900-0' }
          const plan = await api.entry.planDelete({ ...on(), selection, references: 'KEEPREF' })
          job = await sluice.finished(await api.entry.delete({ ...on(), planId: plan.id, backup: true }))
        } else {
          await world.direct.xgroup('CREATE', KEY, GROUP, '0')
          await world.direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', 900, 'STREAMS', KEY, '>')
          sluice = await openAs(world, '-eval')
          const plan = await sluice.plan(ofConsumer('alice'), {
            ...{ kind: 'ackDelete', references: 'KEEPREF', keepBodies: true },
          })
          void world.proxy.fault(hasModes ? at('XACKDEL') : secondOfAcks, { kind })
          job = await sluice.finished(await sluice.run(plan))
        }
        expect(job.state).toBe('interrupted')
        const whole = what === 'trim by XDEL' ? [...all, '1001'] : all
        expect((await values()).length).toBeLessThan(whole.length)
        const file = await fileOf(job, sluice)
        if (what === 'trim by XDEL') {
          // There is no id to be had for a new entry any more.
          await rebuild(sluice, file)
          expect(await values(`${KEY}:restored`)).toEqual(whole)
        } else {
          await addCopies(sluice, file)
          expect(await values()).toEqual(whole)
        }
        if (sluice !== world.sluice) await sluice.stop()
      },
    )
  })

  test('where nobody can tell what went, the stream being gone by then, the backup does not say that it stayed', async () => {
    const { direct, proxy, sluice } = world
    const reached = holdAt(proxy, ([name, key]) => name === 'XTRIM' && key === KEY)
    const running = await startTrim()
    await reached
    await expect.poll(() => direct.xlen(KEY)).toBe(900)
    await direct.del(KEY)
    proxy.cut()
    proxy.resume()
    const job = await sluice.finished(running)
    expect(job).toMatchObject({ state: 'interrupted', counts: counts({ unknown: 100 }) })
    expect(await contents(job)).toMatchObject({ entries: 1_000, unsure: 1_000, stayed: 0 })
  })

  describe('a job that was cancelled once its entries were saved', () => {
    test.each(['delete', 'ack and delete', 'copy and delete'] as const)(
      '%s: nothing was sent, so all of them stayed',
      async (what) => {
        const { api, proxy, direct, finished } = { ...world, ...world.sluice }
        await direct.xgroup('CREATE', KEY, GROUP, '0')
        await direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', 3, 'STREAMS', KEY, '>')
        const planned = async (): Promise<() => Promise<Job>> => {
          if (what === 'delete') {
            const selection = { kind: 'ids' as const, ids: idsFrom(1, 3) }
            const plan = await api.entry.planDelete({ ...on(), selection, references: 'KEEPREF' })
            return () => api.entry.delete({ ...on(), planId: plan.id, backup: true })
          }
          const plan = await world.sluice.plan(
            ofConsumer('alice'),
            what === 'ack and delete'
              ? { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true }
              : { kind: 'requeue', stream: null, provenance: true, deleteOriginal: 'KEEPREF' },
          )
          return () => world.sluice.run(plan)
        }
        const start = await planned()
        // Paused on the way to their bodies, so that it waits behind their backup.
        const reached = holdAt(proxy, ([name, key, id]) => name === 'XRANGE' && key === KEY && id === '2-0')
        const running = await start()
        await reached
        await api.job.pause({ jobId: running.id })
        proxy.resume()
        await expect.poll(() => existsSync(join(world.sluice.dataDir, 'backups'))).toBe(true)
        await api.job.cancel({ jobId: running.id })
        const job = await finished(running)
        expect([job.state, job.counts]).toEqual(['cancelled', counts({})])
        expect(await contents(job)).toMatchObject({ entries: 0, unsure: 0, stayed: 3 })
      },
    )
  })

  describe('what the server refused', () => {
    test('did not go: the backup says so', async () => {
      const limited = await openAs(world, '-xtrim')
      await limited.stop()
      const selection = { kind: 'ids' as const, ids: ['1-0', '2-0'] }
      const { api, finished } = world.sluice
      const plan = await api.entry.planDelete({ ...on(), selection, references: 'KEEPREF' })
      await world.direct.config('SET', 'min-replicas-to-write', '3')
      const job = await finished(await api.entry.delete({ ...on(), planId: plan.id, backup: true }))
      await world.direct.config('SET', 'min-replicas-to-write', '0')
      expect(job).toMatchObject({ state: 'failed', error: { code: 'REDIS' }, counts: counts({}) })
      expect(await contents(job)).toMatchObject({ entries: 0, unsure: 0, stayed: 2 })
      expect(await planCopies(world.sluice, await fileOf(job))).toMatchObject({ entries: 0, leftOut: 2 })
    })
  })

  if (!hasModes) return
  describe('ACKED, where a group still needs some', () => {
    beforeEach(async () => {
      const { direct } = world
      for (const group of [GROUP, 'audit']) await direct.xgroup('CREATE', KEY, group, '0')
      await direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', 900, 'STREAMS', KEY, '>')
      await direct.xreadgroup('GROUP', 'audit', 'bob', 'COUNT', 900, 'STREAMS', KEY, '>')
    })
    test('which of them went, a lost reply leaves open: none is said to have stayed', async () => {
      const { direct, proxy, sluice } = world
      for (const group of [GROUP, 'audit']) await direct.xack(KEY, group, '1-0', '2-0')
      const selection = { kind: 'range' as const, from: '1-0', to: '3-0' }
      const plan = await sluice.api.entry.planDelete({ ...on(), selection, references: 'ACKED' })
      void proxy.fault('XDELEX', { kind: 'cut-before-reply' })
      const job = await sluice.finished(await sluice.api.entry.delete({ ...on(), planId: plan.id, backup: true }))
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ leftAlone: 1, unknown: 2 }) })
      expect(await contents(job)).toMatchObject({ unsure: 3, stayed: 0 })
    })

    const restoredIsWhole = async (job: Job, went: number, stayed: number): Promise<void> => {
      expect(await contents(job)).toMatchObject({ entries: went, unsure: 0, stayed })
      const restored = await addCopies(world.sluice, await fileOf(job))
      expect(restored.counts).toEqual(counts({ changed: went }))
      expect(await values()).toEqual(all)
    }

    test.each([
      ['none', 0],
      ['every third', 3],
    ])('ack and delete that deletes %s restores none but those', async (_what, every) => {
      const acked = every === 0 ? [] : idsFrom(1, 900).filter((_, at) => at % every === 0)
      if (acked.length > 0) await world.direct.xack(KEY, 'audit', ...acked)
      const job = await world.sluice.recover(ofConsumer('alice'), {
        ...{ kind: 'ackDelete', references: 'ACKED', keepBodies: true },
      })
      await restoredIsWhole(job, acked.length, 900 - acked.length)
    })

    test('a trim, and a deletion', async () => {
      const acked = idsFrom(1, 900).filter((_, at) => at % 3 === 0)
      for (const group of [GROUP, 'audit']) await world.direct.xack(KEY, group, ...acked)
      const { api, finished } = world.sluice
      const selection = { kind: 'range' as const, from: '1-0', to: '300-0' }
      const plan = await api.entry.planDelete({ ...on(), selection, references: 'ACKED' })
      const deletion = await finished(await api.entry.delete({ ...on(), planId: plan.id, backup: true }))
      await restoredIsWhole(deletion, 100, 200)
      // Its copies, at the end, no group has read.
      const trim = await finished(await startTrim('ACKED'))
      await restoredIsWhole(trim, 200, 800)
    })
  })
})
