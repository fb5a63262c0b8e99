import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { requireBinary } from '../../../helpers/find-binary'
import { queryOf } from '../../../helpers/query-of'
import type { TestRedis } from '../../../helpers/redis-server'
import {
  ack,
  callsOf,
  claimTo,
  everything,
  GROUP,
  heldBy,
  idsFrom,
  KEY,
  ofAll,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
} from './recovery-kit'

/** As a person would who copies the commands into redis-cli. */
async function typeIntoRedisCli(redis: TestRedis, lines: readonly string[]): Promise<string> {
  const cli = spawn(requireBinary('redis-cli', 'valkey-cli'), ['-p', String(redis.port)])
  let said = ''
  cli.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  cli.stdin.end(`${lines.join('\n')}\n`)
  await once(cli, 'close')
  return said
}

const figures = ({ entries, gone, notPending, consumers, oldestId, mostDeliveries, warnings }: RecoveryPlan) => ({
  ...{ entries, gone, notPending, consumers, oldestId, mostDeliveries, warnings },
})

onEveryServer((world) => {
  describe('making a plan', () => {
    test('changes nothing on the server, whatever is planned', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 40), bob: idsFrom(41, 5) } })
      await direct.xdel(KEY, '3-0', '4-0')
      const before = await everything(direct)
      for (const selection of [ofConsumer('alice'), ofConsumer('nobody'), ofIds(['3-0', '41-0', '77-0'])]) {
        for (const action of [claimTo('bob'), claimTo(null), claimTo('new', true), claimTo('alice', true), ack]) {
          await sluice.plan(selection, action)
        }
      }
      expect(await everything(direct)).toEqual(before)
      expect(await sluice.api.journal.list({ count: 10 })).toMatchObject({ records: [] })
      for (const command of ['xclaim', 'xack', 'xgroup|createconsumer']) {
        expect([command, await callsOf(direct, command)]).toEqual([command, command === 'xclaim' ? 1 : 0])
      }
    })

    test('of a stream, a group or a consumer that is not there says so, and makes none', async () => {
      const { direct, sluice } = world
      const gone = { code: 'NOT_FOUND', data: { what: 'group', name: GROUP } }
      await expect(sluice.plan(ofConsumer('alice'), ack)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await seed(direct, { held: { alice: ['1-0'] } })
      await direct.xgroup('DESTROY', KEY, GROUP)
      await expect(sluice.plan(ofConsumer('alice'), ack)).rejects.toMatchObject(gone)
      await expect(sluice.plan(ofIds(['1-0']), claimTo('bob'))).rejects.toMatchObject(gone)
      await direct.del(KEY)
      await expect(sluice.plan(ofIds(['1-0']), ack)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect(await direct.call('EXISTS', KEY)).toBe('0')
    })

    test('of a key that is no stream is a WRONGTYPE', async () => {
      await world.direct.set(KEY, 'x')
      const wrong = { code: 'REDIS', data: { prefix: 'WRONGTYPE' } }
      await expect(world.sluice.plan(ofIds(['1-0']), ack)).rejects.toMatchObject(wrong)
    })
  })

  describe('a plan’s figures', () => {
    test('are those of the server: for a claim of ticked entries', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10), bob: idsFrom(11, 10), carol: idsFrom(21, 4) } })
      await direct.xclaim(KEY, GROUP, 'bob', 0, '12-0', 'RETRYCOUNT', 19, 'JUSTID')
      await direct.xdel(KEY, '2-0', '13-0', '22-0')
      const ids = ['2-0', '3-0', '12-0', '13-0', '14-0', '21-0', '22-0', '24-0', '99-0', '98-0']
      expect(figures(await sluice.plan(ofIds(ids), claimTo('carol')))).toEqual({
        entries: 8,
        gone: 3,
        notPending: 2,
        consumers: [
          { name: 'alice', before: 10, after: 9 },
          { name: 'bob', before: 10, after: 8 },
          { name: 'carol', before: 4, after: 7 },
        ],
        oldestId: '2-0',
        mostDeliveries: 19,
        warnings: ['gone-from-stream', 'not-pending', 'consumer-active', 'already-there'],
      })
    })

    test('leave out, and count, of what nobody can tell whether it matches', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await direct.xadd(KEY, '4-0', 'v', `x${'.'.repeat(400)}1`)
      for (const id of ['5-0', '6-0']) await direct.xadd(KEY, id, 'v', 'a'.repeat(8 * 1024))
      await direct.xreadgroup('GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
      const plan = await sluice.plan(ofAll({ query: queryOf('/[ax].{400}[0-9]/') }), ack)
      expect(plan).toMatchObject({ entries: 1, oldestId: '4-0', untold: 2 })
      expect(plan.warnings).toContain('entries-untold')
      await sluice.finished(await sluice.run(plan))
      expect((await pendingOf(direct)).map(([id]) => id)).toEqual([...idsFrom(1, 3), '5-0', '6-0'])
      const all = await sluice.plan(ofAll({ query: queryOf('n') }), ack)
      expect([all.untold, all.warnings]).toEqual([undefined, expect.not.arrayContaining(['entries-untold'])])
    })

    test('come true: what is before and after the run is what the plan said', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10), bob: idsFrom(11, 10) } })
      await direct.xdel(KEY, '2-0', '13-0')
      for (const action of [claimTo('new'), claimTo('bob', true), ack]) {
        const plan = await sluice.plan(ofIds(idsFrom(1, 12)), action)
        for (const { name, before } of plan.consumers) expect(await heldBy(direct, name)).toHaveLength(before)
        await sluice.finished(await sluice.run(plan))
        for (const { name, after } of plan.consumers) expect(await heldBy(direct, name)).toHaveLength(after)
      }
    })

    test('tell of entries gone from the stream that are taken all the same: they arrive at nobody', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      await direct.xdel(KEY, '1-0', '2-0')
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob', true))
      expect(plan).toMatchObject({ entries: 4, gone: 2 })
      expect(plan.consumers).toEqual([
        { name: 'alice', before: 4, after: 0 },
        { name: 'bob', before: 0, after: 2 },
      ])
    })

    test('count what an ack ends, gone from the stream or not', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4), bob: ['9-0'] } })
      await direct.xdel(KEY, '1-0')
      expect(figures(await sluice.plan(ofIds(['1-0', '3-0', '9-0']), ack))).toMatchObject({
        entries: 3,
        gone: 1,
        consumers: [
          { name: 'alice', before: 4, after: 2 },
          { name: 'bob', before: 1, after: 0 },
        ],
      })
    })

    test('of a backlog of several pages are all known', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_234), bob: idsFrom(2_000, 3) } })
      await direct.xdel(KEY, '1-0', '2-0', '1200-0')
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      expect(figures(plan)).toMatchObject({
        entries: 1_234,
        gone: 3,
        oldestId: '1-0',
        mostDeliveries: 1,
        consumers: [
          { name: 'alice', before: 1_234, after: 3 },
          { name: 'bob', before: 3, after: 1_234 },
        ],
      })
      expect(plan.notes.map(({ code }) => code)).not.toContain('recovery.bound-by-count')
      const toItself = await sluice.plan(ofConsumer('alice'), claimTo('alice'))
      expect(toItself).toMatchObject({ entries: 1_234, consumers: [], commands: [] })
      expect((await sluice.plan(ofConsumer('alice'), ack)).consumers).toEqual([
        { name: 'alice', before: 1_234, after: 0 },
      ])
    })

    test('of a longer one name all of it, and say what is bound by its number only', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10_234), bob: idsFrom(20_000, 3) } })
      await direct.xdel(KEY, '1-0', '2-0', '10200-0')
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      expect(figures(plan)).toMatchObject({
        entries: 10_234,
        gone: null,
        oldestId: '1-0',
        mostDeliveries: null,
        consumers: [
          { name: 'alice', before: 10_234, after: 2 }, // two are known to be gone
          { name: 'bob', before: 3, after: 10_235 },
        ],
      })
      const params = { read: 10_000, unread: 234 }
      expect(plan.notes).toContainEqual({ code: 'recovery.bound-by-count', params })
    })

    test('of exactly 10 000 are all known, and nothing is bound by a number', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10_000), bob: ['20000-0'] } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      expect(plan).toMatchObject({ entries: 10_000, changes: 10_000, gone: 0, mostDeliveries: 1 })
      expect(plan.notes.map(({ code }) => code)).not.toContain('recovery.bound-by-count')
      // What comes to the same consumer since, as if it had been there for long, takes nobody's place.
      await direct.xack(KEY, GROUP, '1-0')
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '20000-0', 'IDLE', 3_600_000, 'JUSTID')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'done', counts: { changed: 9_999 } })
      expect(await heldBy(direct, 'alice')).toEqual(['20000-0'])
    })

    test('of a backlog of exactly one batch are all known', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 500) } })
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      expect(plan).toMatchObject({ entries: 500, gone: 0, mostDeliveries: 1 })
    })

    test('hold delivery counts beyond 2^53 exactly', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0', '2-0'] } })
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, '1-0', 'RETRYCOUNT', '9007199254740993', 'JUSTID')
      expect(await sluice.plan(ofConsumer('alice'), ack)).toMatchObject({ mostDeliveries: 9007199254740993n })
    })

    test('of nothing are all nothing', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      expect(figures(await sluice.plan(ofIds(['5-0', '6-0']), claimTo('bob')))).toEqual({
        entries: 0,
        gone: 0,
        notPending: 2,
        consumers: [],
        oldestId: null,
        mostDeliveries: null,
        warnings: ['not-pending', 'new-consumer'],
      })
    })
  })

  describe('a plan’s warnings', () => {
    test('tell whether holder and target were seen lately, and whether the target is new', async () => {
      const { direct, sluice } = world
      await sluice.api.host.saveSettings({ stalledAfterMs: 1_000 })
      await seed(direct, { held: { alice: ['1-0'], bob: ['2-0'] } })
      const warned = async (to: string) => (await sluice.plan(ofConsumer('alice'), claimTo(to))).warnings
      await expect.poll(() => warned('bob'), { timeout: 30_000 }).toEqual(['target-stalled'])
      expect(await warned('new')).toEqual(['new-consumer'])
      await sluice.api.host.saveSettings({ stalledAfterMs: 3_600_000 })
      expect(await warned('bob')).toEqual(['consumer-active'])
    })

    test('do not take a target for a holder that is at work: what it holds stays with it', async () => {
      const { direct, sluice } = world
      await sluice.api.host.saveSettings({ stalledAfterMs: 1_000 })
      await seed(direct, { held: { alice: ['1-0'], bob: ['2-0'] } })
      const warned = async () => {
        // Bob is given more; alice asks for nothing.
        await direct.xadd(KEY, '*', 'n', 'more')
        await direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'STREAMS', KEY, '>')
        return (await sluice.plan(ofAll(), claimTo('bob'))).warnings
      }
      await expect.poll(warned, { timeout: 30_000 }).toEqual(['already-there'])
    })
  })

  describe('a plan’s commands', () => {
    test('typed into redis-cli do what the run would do', async () => {
      const { direct, redis, sluice } = world
      const names = ['two words', Buffer.from([0xff, 0x00, 0x0a]), '$(reboot) `x` !1 "q" \\', '', 'übung']
      for (const [at, name] of names.entries()) {
        const [key, group] = [`key ${at}`, name]
        const held = [
          ['from', idsFrom(1, 3)],
          ['other', ['7-0']],
        ] as const
        await seed(direct, { key, group, held })
        await direct.call('XCLAIM', key, group, 'from', 0, '1-0', 'IDLE', 7_200_000, 'JUSTID')
        await direct.xdel(key, '3-0')
        const bytes = typeof name === 'string' ? name : { base64: name.toString('base64') }
        const plan = await sluice.plan(ofConsumer('from'), claimTo(bytes), key, bytes)
        expect(plan.commands).toHaveLength(2) // one entry is idle for hours, the other is fresh
        await typeIntoRedisCli(redis, plan.commands)
        expect(await pendingOf(direct, key, group)).toEqual([
          ['1-0', bytes, '1'],
          ['2-0', bytes, '1'],
          ['3-0', 'from', '1'],
          ['7-0', 'other', '1'],
        ])
        const ending = await sluice.plan(ofIds(['1-0', '7-0']), ack, key, bytes)
        await typeIntoRedisCli(redis, ending.commands)
        expect(await pendingOf(direct, key, group)).toEqual([
          ['2-0', bytes, '1'],
          ['3-0', 'from', '1'],
        ])
      }
    })

    test('ask for no longer an idle time than every entry of theirs has', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 20) } })
      for (let at = 1; at <= 20; at += 1) {
        await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, `${at}-0`, 'IDLE', at ** 6, 'JUSTID')
      }
      const { commands } = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      expect(commands.length).toBeGreaterThan(3)
      expect(commands.length).toBeLessThanOrEqual(7)
      const ids = commands.flatMap((line) => {
        const [, , , to, minIdle, ...rest] = line.split(' ')
        expect([to, rest.pop()]).toEqual(['bob', 'JUSTID'])
        for (const id of rest) expect(Number(minIdle)).toBeLessThanOrEqual(parseInt(id) ** 6 + 60_000)
        return rest
      })
      expect(ids).toHaveLength(20)
    })
  })

  describe('a plan', () => {
    test('runs once', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      await sluice.finished(await sluice.run(plan))
      await expect(sluice.run(plan)).rejects.toMatchObject({ code: 'STALE_PLAN', data: { planId: plan.id } })
      await expect(sluice.run({ ...plan, id: 'never made' })).rejects.toMatchObject({ code: 'STALE_PLAN' })
    })

    test('of one connection is not run on another', async () => {
      const { direct, redis, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      const { id } = await sluice.api.connection.save({
        profile: redis.connection({ name: 'other' }),
        secrets: { password: null },
      })
      await sluice.api.connection.open({ connectionId: id })
      const elsewhere = sluice.api.recovery.run({ connectionId: id, planId: plan.id })
      await expect(elsewhere).rejects.toMatchObject({ code: 'STALE_PLAN' })
      expect(await heldBy(direct, 'alice')).toEqual(['1-0'])
    })

    test('of a read-only connection is shown, and not run', async () => {
      const { direct, redis, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const profile = redis.connection({ name: 'look', readOnly: true })
      const { id: connectionId } = await sluice.api.connection.save({ profile, secrets: { password: null } })
      await sluice.api.connection.open({ connectionId })
      const asked = { connectionId, key: KEY, group: GROUP, selection: ofConsumer('alice'), action: claimTo('bob') }
      const plan = await sluice.api.recovery.plan(asked)
      expect(plan.entries).toBe(1)
      const run = sluice.api.recovery.run({ connectionId, planId: plan.id })
      await expect(run).rejects.toMatchObject({ code: 'READ_ONLY' })
      expect(await heldBy(direct, 'alice')).toEqual(['1-0'])
    })
  })
})
