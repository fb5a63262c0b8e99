import { execFileSync } from 'node:child_process'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { readServerInfo } from '../../../../electron/services/connections/capabilities'
import { makeScript } from '../../../../electron/services/recovery/script/make-script'
import type { Bytes } from '../../../../shared/bytes'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { PlanScript } from '../../../../shared/model/script'
import type { Selection } from '../../../../shared/model/selection'
import { requireBinary } from '../../../helpers/find-binary'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { openAs } from './limited-user'
import {
  ack,
  callsOf,
  claimTo,
  everything,
  GROUP,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofAll,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  spreadOver,
  type Sluice,
} from './recovery-kit'

const OTHER = 'orders:2'
const DEAD = 'dead'

async function partsOf(sluice: Sluice, { id: planId }: RecoveryPlan): Promise<readonly PlanScript[]> {
  const parts: PlanScript[] = []
  for await (const part of await sluice.api.recovery.script({ connectionId: sluice.connectionId, planId })) {
    parts.push(part)
  }
  return parts
}

const textOf = (parts: readonly PlanScript[]): string =>
  parts.map((part) => (part.state === 'part' ? part.text : '')).join('')

async function scriptOf(sluice: Sluice, selection: Selection, action: RecoveryAction, key: Bytes, group?: Bytes) {
  return textOf(await partsOf(sluice, await sluice.plan(selection, action, key, group)))
}

/** As a person would: redis-cli < script. Gives what it says. */
function runByCli({ host, port }: TestRedis, text: string): string {
  const cli = requireBinary('redis-cli', 'valkey-cli')
  return execFileSync(cli, ['-h', host, '-p', String(port)], { input: text, encoding: 'utf8', timeout: 30_000 })
}

const commandsIn = (text: string): readonly string[] => text.split('\n').filter((line) => !/^(ECHO.*)?$/.test(line))

/** Two streams that are the same: one for Sluice's own run, one for the script. */
async function twins(direct: Redis): Promise<void> {
  for (const key of [KEY, OTHER]) {
    await seed(direct, { key, held: { alice: idsFrom(1, 700), bob: idsFrom(701, 60), carol: [] } })
    await direct.xdel(key, '5-0', '705-0')
    await direct.call(
      'XCLAIM',
      key,
      GROUP,
      'alice',
      0,
      ...idsFrom(100, 20),
      'IDLE',
      3_600_000,
      'RETRYCOUNT',
      7,
      'JUSTID',
    )
    await direct.xgroup('CREATECONSUMER', key, GROUP, 'carol')
  }
}

const fieldsOf = async (direct: Redis, key: string): Promise<readonly (readonly string[])[]> =>
  (await direct.xrange(key, '-', '+')).map(([, fields]) => {
    const at = fields.indexOf('sluice:at')
    return (at < 0 ? fields : fields.slice(0, at)).map((each) => (each === OTHER ? KEY : each))
  })

onEveryServer((world) => {
  describe('the script of a plan, run by redis-cli, does what the job does', () => {
    test.each([
      ['claim', ofAll(), claimTo('carol')],
      ['claim with one more delivery', ofConsumer('alice'), { ...claimTo('dave'), deliveries: 'plusOne' }],
      ['spread', ofConsumer('alice'), spreadOver(['bob', 'carol', 'dave'])],
      ['auto-claim', ofAll(), { kind: 'autoClaim', to: 'carol', minIdleMs: 1, count: 100 }],
      ['ack', ofConsumer('bob'), ack],
      ['ack and delete', ofIds(idsFrom(695, 10)), { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true }],
      [
        'dead-letter',
        ofAll({ minDeliveries: 7 }),
        { kind: 'deadLetter', stream: DEAD, reason: 'why "so"', maxLen: 60 },
      ],
      ['requeue', ofIds(idsFrom(1, 6)), { kind: 'requeue', stream: DEAD, provenance: false }],
      ['handle', ofIds(idsFrom(1, 120)), { kind: 'handle', to: 'eve', minIdleMs: 0, prefix: 'h:', idField: 'n' }],
    ] as const)('%s', async (_name, selection, action) => {
      const { direct, sluice, redis } = world
      await twins(direct)
      await sluice.recover(selection, action)
      const [copies, hashes] = [await fieldsOf(direct, DEAD), (await direct.keys('h:*')).sort()]
      await direct.del(DEAD, 'h:', ...hashes)
      const before = await everything(direct, OTHER)
      const text = await scriptOf(sluice, selection, action, OTHER)
      expect(await everything(direct, OTHER)).toEqual(before)

      expect(runByCli(redis, text)).not.toMatch(/\b(ERR|WRONGTYPE|NOGROUP)\b|Invalid argument/)
      expect(await pendingOf(direct, OTHER)).toEqual(await pendingOf(direct, KEY))
      expect(await direct.xrange(OTHER, '-', '+')).toEqual(await direct.xrange(KEY, '-', '+'))
      expect([await fieldsOf(direct, DEAD), (await direct.keys('h:*')).sort()]).toEqual([copies, hashes])
      // Each one bounded.
      for (const line of commandsIn(text))
        expect(line.split(' ').filter((word) => /^\d+-0$/.test(word)).length).toBeLessThanOrEqual(500)
    })
  })
})

onEveryServer((world) => {
  describe('the script of a plan', () => {
    test('names keys, groups, consumers, fields and values of any bytes as they are', async () => {
      const { direct, sluice, redis } = world
      const odd = Buffer.from([0xff, 0, 10, 13, 34, 92, 36, 96, 33, 39, 32, 35])
      const asBytes = { base64: odd.toString('base64') }
      await direct.xadd(odd, '1-0', odd, odd)
      await direct.xgroup('CREATE', odd, odd, '0')
      await direct.call('XREADGROUP', 'GROUP', odd, odd, 'STREAMS', odd, '>')
      const dead: RecoveryAction = { kind: 'deadLetter', stream: 'dead', reason: 'x\ny', maxLen: null }
      const text = await scriptOf(sluice, ofAll(), dead, asBytes, asBytes)
      expect(text).toMatch(/^[\x20-\x7e\n]*$/)
      runByCli(redis, text)
      const [[, fields]] = (await direct.xrangeBuffer('dead', '-', '+')) as [[Buffer, Buffer[]]]
      expect(fields.slice(0, 4)).toEqual([odd, odd, Buffer.from('sluice:stream'), odd])
      expect(await pendingOf(direct, odd, odd)).toEqual([])
    })

    test('leaves pending what can’t be written, whatever redis-cli goes on with', async () => {
      const { direct, sluice, redis } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      const dead: RecoveryAction = { kind: 'deadLetter', stream: DEAD, reason: '', maxLen: null }
      const copies = await scriptOf(sluice, ofAll(), dead, KEY)
      await direct.set(DEAD, 'text')
      expect(runByCli(redis, copies)).toContain('WRONGTYPE')
      expect(await pendingOf(direct)).toHaveLength(3)

      const write: RecoveryAction = { kind: 'handle', to: 'bob', minIdleMs: 0, prefix: 'h:', idField: 'n' }
      await direct.set('h:2-0', 'text')
      expect(runByCli(redis, await scriptOf(sluice, ofAll(), write, KEY))).toContain('WRONGTYPE')
      expect(await pendingOf(direct)).toEqual([['2-0', 'bob', '1']])
    })

    test('claims nothing that was delivered again after it was made', async () => {
      const { direct, sluice, redis } = world
      await seed(direct, { held: { alice: idsFrom(1, 3) } })
      await direct.call('XCLAIM', KEY, GROUP, 'alice', 0, ...idsFrom(1, 3), 'IDLE', 3_600_000, 'JUSTID')
      const text = await scriptOf(sluice, ofAll(), claimTo('bob'), KEY)
      await direct.xclaim(KEY, GROUP, 'carol', 0, '2-0')
      runByCli(redis, text)
      expect((await pendingOf(direct)).map(([, consumer]) => consumer)).toEqual(['bob', 'carol', 'bob'])
    })
  })
})

onEveryServer((world) => {
  const clients = useSluiceClients()

  describe('the script of a plan', () => {
    test('leaves out what has moved since it was planned, and the plan can be run all the same', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const plan = await sluice.plan(ofAll(), ack)
      await direct.xclaim(KEY, GROUP, 'bob', 0, '3-0')
      const parts = await partsOf(sluice, plan)
      expect(commandsIn(textOf(parts))).toEqual([`XACK ${KEY} ${GROUP} 1-0 2-0 4-0`])
      expect(parts.at(-1)).toEqual({ state: 'end', entries: 3, total: 4, cut: false })
      expect(await sluice.finished(await sluice.run(plan))).toMatchObject({ counts: { changed: 3, leftAlone: 1 } })
      await expect(partsOf(sluice, plan)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    })

    test('says what it is, when it was read, and what it does not do', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const [first, ...others] = (await scriptOf(sluice, ofAll(), claimTo('bob'), KEY)).split('\n')
      expect(first).toMatch(/^ECHO "Sluice: claim to bob, in orders \/ billing, as read at 20\d\d-.*Z\."$/)
      expect(others.join('\n')).toMatch(/does not look again.*\n.*no journal and no backup/)
      expect(others.at(-2)).toBe('ECHO "Sluice: That was all: 1 entries."')
    })

    test('is refused where redis-cli could ack what was not written', async () => {
      const { direct } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const limited = await openAs(world, '-eval')
      for (const action of [
        { kind: 'deadLetter', stream: null, reason: '', maxLen: null },
        { kind: 'handle', to: 'bob', minIdleMs: 0, prefix: '', idField: 'n' },
      ] as const) {
        const refused = { code: 'UNSUPPORTED', data: { feature: 'redis-cli-script' } }
        await expect(partsOf(limited, await limited.plan(ofAll(), action))).rejects.toMatchObject(refused)
      }
      await limited.stop()
    })

    test('stops reading when nobody listens any more', async () => {
      const { direct, sluice, proxy } = world
      await seed(direct, { held: { alice: idsFrom(1, 5_000) } })
      const plan = await sluice.plan(ofAll(), ack)
      const reached = holdAt(proxy, named('XPENDING'), 2)
      const leave = new AbortController()
      const { connectionId } = sluice
      const listening = (async () => {
        const script = await sluice.api.recovery.script({ connectionId, planId: plan.id }, { signal: leave.signal })
        for await (const part of script) expect(part.state).toBe('part')
      })().catch(() => undefined)
      await reached
      const before = await callsOf(direct, 'xpending')
      leave.abort()
      proxy.resume()
      await listening
      await sluice.api.pending.summary({ connectionId, key: KEY, group: GROUP })
      // The page in flight, and the summary.
      expect((await callsOf(direct, 'xpending')) - before).toBeLessThanOrEqual(2)
    })

    test('ends at its limits, of entries and of bytes, and says so', async () => {
      const { direct, sluice, redis } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_800) } })
      const plan = await sluice.plan(ofAll(), ack)
      const seen = { isSame: () => true, kept: () => null }
      const selected = { kind: 'matching', criteria: {}, upTo: '1800-0', seen } as const
      const { reader } = await clients.open(redis)
      const server = await readServerInfo(await clients.open(redis))
      const context = { reader, key: Buffer.from(KEY), group: Buffer.from(GROUP), server }
      for (const limits of [{ mostEntries: 1_200 }, { mostBytes: 8_000 }]) {
        const parts: PlanScript[] = []
        const prepared = { plan, selected, plannedAt: Number.MAX_SAFE_INTEGER }
        for await (const part of makeScript(context, prepared, { at: new Date(), ...limits })) parts.push(part)
        expect(parts.at(-1)).toEqual({ state: 'end', entries: 1_000, total: 1_800, cut: true })
        expect(textOf(parts)).toContain('ECHO "Sluice: Cut here: 1000 of about 1800 entries."')
        expect(commandsIn(textOf(parts))).toHaveLength(2)
      }
    })
  })
})
