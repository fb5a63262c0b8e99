import { afterEach, describe, expect, test } from 'vitest'
import { freePort } from '../../../helpers/server-process'
import { openAs } from './limited-user'
import {
  ack,
  callsOf,
  claimTo,
  counts,
  executed,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
} from './recovery-kit'
import { telling } from '../../../helpers/saying'
import { isClaim } from '../../../helpers/is-claim'

const REFUSALS = [
  'OOM command not allowed when used memory > maxmemory.',
  'LOADING Redis is loading the dataset in memory',
  "READONLY You can't write against a read only replica.",
  'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
  'NOREPLICAS Not enough good replicas to write.',
  'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
  'ERR something that nobody has heard of',
]

onEveryServer((world) => {
  const opened: Sluice[] = []
  afterEach(async () => {
    world.proxy.resume()
    for (const sluice of opened.splice(0)) await sluice.stop()
    await world.direct.call('REPLICAOF', 'NO', 'ONE')
    await world.direct.config('SET', 'maxmemory', '0')
  })
  /** Sluice as a user who may do all but what is taken away. */
  const open = async (...rules: readonly string[]): Promise<Sluice> => {
    const sluice = await openAs(world, ...rules)
    opened.push(sluice)
    return sluice
  }
  const allow = (...rules: readonly string[]) => world.direct.call('ACL', 'SETUSER', 'limited', ...rules)

  describe('a user who may not', () => {
    test.each([
      ['xclaim', claimTo('bob')],
      ['xack', ack],
    ])('%s is told so when the plan is made', async (command, action) => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3) } })
      const sluice = await open(`-${command}`)
      const refused = { code: 'UNSUPPORTED', data: { feature: command } }
      await expect(sluice.plan(ofConsumer('alice'), action)).rejects.toMatchObject(refused)
    })

    test('xpending is told so when the plan is made', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3) } })
      const sluice = await open('-xpending')
      const refused = { code: 'REDIS', data: { prefix: 'NOPERM', command: 'XPENDING' } }
      await expect(sluice.plan(ofIds(['1-0']), ack)).rejects.toMatchObject(refused)
      await expect(sluice.plan(ofConsumer('alice'), claimTo('bob'))).rejects.toMatchObject(refused)
    })

    test.each([
      ['xclaim', claimTo('bob')],
      ['xack', ack],
      ['xpending', claimTo('bob')],
      ['xpending', ack],
    ])('%s any more since the plan sees the job fail with that, and nothing done', async (command, action) => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const sluice = await open('-eval')
      const plan = await sluice.plan(ofConsumer('alice'), action)
      await allow(`-${command}`)
      const job = await sluice.finished(await sluice.run(plan))
      const error = { code: 'REDIS', data: { prefix: 'NOPERM', command: command.toUpperCase() } }
      expect(job).toMatchObject({ state: 'failed', counts: counts({}), error, undoable: false })
      expect(await heldBy(direct, 'alice')).toHaveLength(3)
    })

    test('ack any more, in a script, sees the job fail and nothing acked', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const sluice = await open()
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      await allow('-xack')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'failed', counts: counts({}), error: { code: 'REDIS' } })
      expect(job.error).toEqual(telling(/ACL|NOPERM|permission|can't run this command/))
      expect(await heldBy(direct, 'alice')).toHaveLength(3)
    })

    test('touch this key sees the job fail with that, and nothing done', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const sluice = await open()
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      await allow('resetkeys', '%R~*')
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'failed', counts: counts({}), error: { data: { prefix: 'NOPERM' } } })
      expect(await heldBy(direct, 'alice')).toHaveLength(3)
    })

    test('undo any more is told so; with the right given back it can be undone', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const before = await pendingOf(direct)
      const sluice = await open()
      const job = await sluice.recover(ofConsumer('alice'), claimTo('bob'))
      await allow('-xclaim')
      expect(await sluice.undo(job)).toMatchObject({ state: 'failed', error: { data: { prefix: 'NOPERM' } } })
      expect(await heldBy(direct, 'bob')).toHaveLength(3)
      await allow('+xclaim')
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })
  })

  describe('a right that is taken away in the middle of a job', () => {
    test('ends it; what was done before is counted and can be given back', async () => {
      const { direct, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_200) } })
      const before = await pendingOf(direct)
      const sluice = await open()
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      const held = holdAt(proxy, isClaim, 2)
      const running = await sluice.run(plan)
      await held
      await executed(direct, 'xclaim', 2)
      await allow('-xclaim')
      proxy.resume()
      const job = await sluice.finished(running)
      const error = { code: 'REDIS', data: { prefix: 'NOPERM' } }
      expect(job).toMatchObject({ state: 'failed', done: 500, counts: counts({ changed: 500 }), error, undoable: true })
      await allow('+xclaim')
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 500 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })
  })

  describe('a server that has become a replica', () => {
    test('refuses the run: nothing is done, and the error is its own', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const plans = [
        await sluice.plan(ofConsumer('alice'), claimTo('bob')),
        await sluice.plan(ofConsumer('alice'), ack),
      ]
      await direct.call('REPLICAOF', '127.0.0.1', await freePort())
      for (const plan of plans) {
        const job = await sluice.finished(await sluice.run(plan))
        const error = { code: 'REDIS', data: { prefix: 'READONLY' } }
        expect(job).toMatchObject({ state: 'failed', counts: counts({}), error })
      }
      expect(await heldBy(direct, 'alice')).toHaveLength(3)
    })
  })

  describe('a server out of memory', () => {
    test('still lets entries be claimed, acked, and both be undone', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      const before = await pendingOf(direct)
      await direct.config('SET', 'maxmemory', '100kb')
      await expect(direct.xadd(KEY, '*', 'n', '1')).rejects.toThrow('OOM')
      for (const action of [claimTo('bob'), ack]) {
        const job = await sluice.recover(ofConsumer('alice'), action)
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 10 }) })
        expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 10 }) })
        expect(await pendingOf(direct)).toEqual(before)
      }
    })
  })

  describe('a refusal', () => {
    test.each(REFUSALS)('of the claim ends the job with nothing done: %s', async (refusal) => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      void proxy.fault(isClaim, { kind: 'answer', reply: `-${refusal}\r\n` })
      const job = await sluice.finished(await sluice.run(plan))
      const error = { code: 'REDIS', data: { prefix: refusal.split(' ')[0], reply: refusal } }
      expect(job).toMatchObject({ state: 'failed', done: 0, counts: counts({}), error, undoable: false })
      const { records } = await sluice.api.journal.list({ count: 1 })
      expect(records).toMatchObject([{ state: 'failed', counts: counts({}), error }])
      expect(await heldBy(direct, 'alice')).toHaveLength(5)
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', total: 0, counts: counts({}) })
    })

    test('of the reading ends the job before anything is sent', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      void proxy.fault('XPENDING', { kind: 'answer', reply: `-${REFUSALS[1] ?? ''}\r\n` })
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'failed', error: { code: 'REDIS', data: { prefix: 'LOADING' } } })
      expect(await callsOf(direct, 'xclaim')).toBe(0)
    })

    test('of one command of a batch leaves what the others did counted, journaled, and undoable', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 300) } })
      const before = await pendingOf(direct)
      for (const nth of [1, 2]) {
        const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
        let sent = 0
        const refuse = { kind: 'answer', reply: '-OOM no memory\r\n' } as const
        void proxy.fault((args) => isClaim(args) && ++sent === nth, refuse)
        const job = await sluice.finished(await sluice.run(plan))
        const changed = await heldBy(direct, 'bob')
        expect([250, 50]).toContain(changed.length)
        const done = counts({ changed: changed.length })
        expect(job).toMatchObject({ state: 'failed', done: changed.length, counts: done, error: { code: 'REDIS' } })
        await sluice.restart()
        expect(await sluice.undo(job)).toMatchObject({ state: 'done', total: changed.length, counts: done })
        expect(await pendingOf(direct)).toEqual(before)
      }
    })

    test('of some acks leaves the others counted; undo brings back these and no more', async () => {
      const { direct, proxy } = world
      const sluice = await open('-eval')
      await seed(direct, { held: { alice: idsFrom(1, 20) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), ack)
      const refuse = { kind: 'answer', reply: '-LOADING a while\r\n' } as const
      void proxy.fault(([name, , , id]) => name === 'XACK' && (id === '3-0' || id === '9-0'), refuse, 2)
      const job = await sluice.finished(await sluice.run(plan))
      expect(job).toMatchObject({ state: 'failed', done: 18, counts: counts({ changed: 18 }) })
      expect(await heldBy(direct, 'alice')).toEqual(['3-0', '9-0'])
      await direct.xack(KEY, GROUP, '3-0')
      expect(await sluice.undo(job)).toMatchObject({ counts: counts({ changed: 18 }) })
      expect(await pendingOf(direct)).toEqual(before.filter(([id]) => id !== '3-0'))
    })
  })
})
