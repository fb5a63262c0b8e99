import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { RuleAction } from '../../../../shared/model/rule'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { onEachServer } from '../../../helpers/on-each-server'
import { useBuiltApp } from '../../../helpers/use-built-app'
import { GROUP, KEY, SEED_1, useRules } from './rules-kit'

/** More than a batch. */
const ENTRIES = 1_200
/** Of what a run of a rule sends, what changes something, mostly by scripts. What a connection is tried by names another stream. */
const isChange = ([name = '', ...args]: readonly string[]): boolean =>
  /^(XCLAIM|XACK|HSET|EVAL|EVALSHA)$/i.test(name) && (args.includes(GROUP) || args[0]?.startsWith('h:') === true)
const IDLE_MS = 1_000
/** Longer than another process takes one that is silent for being at work. */
const LEASE_MS = 31_000

const children: ChildProcess[] = []
const app = useBuiltApp(new URL('./rule-app.ts', import.meta.url))

onEachServer('%s', (version) => {
  const kit = useRules(version)

  /** Who holds what, and how often it was delivered. */
  async function pendingRows(): Promise<readonly (readonly [string, string, number])[]> {
    const rows = (await kit.direct.xpending(KEY, GROUP, '-', '+', ENTRIES * 2)) as [string, string, number, number][]
    return rows.map(([id, owner, , deliveries]) => [id, owner, deliveries] as const)
  }

  async function undo(recordId: string): Promise<void> {
    for (const which of ['certain', 'possible'] as const) {
      const record = (await kit.records()).find(({ id }) => id === recordId)
      if (record === undefined || record.undo.undoneBy !== null || !record.undo.possible) return
      const { id } = await kit.api.recovery.undo({ connectionId: kit.connectionId, recordId, which })
      for await (const job of await kit.api.job.watch()) if (job.id === id && job.state !== 'running') break
    }
  }

  test.each<[string, RuleAction, number]>([
    ['a claim', { kind: 'claim', to: 'monitor' }, 1],
    ['dead letters', { kind: 'deadLetter', stream: 'dead' }, 3],
    ['hashes', { kind: 'handle', to: 'monitor', prefix: 'h:', idField: null }, 5],
  ])(
    'killed in the midst of %s: let go of, told by the journal, gone on with and nothing done twice, undone',
    { timeout: 60_000 },
    async (_what, action, command) => {
      const proxy = await startFaultProxy(kit.redis)
      try {
        await kit.connect({ endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } })
        const ids = await kit.crash(ENTRIES)
        await kit.direct.xclaim(KEY, GROUP, 'crashed', 0, ...ids, 'IDLE', 600_000, 'RETRYCOUNT', 4, 'JUSTID')
        const before = await pendingRows()
        const many = { mostPerRun: ENTRIES, mostPerDay: ENTRIES * 4 }
        const id = await kit.on({ ...SEED_1, ...many, minDeliveries: 2, minIdleMs: IDLE_MS, action })

        let seen = 0
        const child = spawn(process.execPath, [app.path, kit.dataDir, kit.connectionId], { stdio: 'inherit' })
        children.push(child)
        const exit = once(child, 'exit')
        void proxy.fault(
          (args) => {
            if (isChange(args) && (seen += 1) === command) setImmediate(() => child.kill('SIGKILL'))
            return false
          },
          { kind: 'delay', ms: 0 },
        )
        expect(await exit).toEqual([null, 'SIGKILL'])

        // Others wait until it is sure that it is dead.
        await expect.poll(async () => (await kit.now(id)).phase).toBe('running')
        expect(await kit.api.rule.run(kit.of(id))).toBeNull()
        const left = (await pendingRows()).filter(([, owner]) => owner === 'crashed').length
        const [record, ...none] = await kit.records()
        expect(none).toEqual([])
        expect(record).toMatchObject({ state: 'interrupted', who: { by: 'rule', name: 'monitor' } })
        expect(record!.counts.changed).toBeLessThanOrEqual(ENTRIES - left)

        kit.nowMs = Date.now() + LEASE_MS
        expect(await kit.now(id)).toMatchObject({ phase: 'on', doneToday: ENTRIES, stopped: null })
        // What the dead one claimed for hashes is only the rule's again once it has rested.
        const rested = async () => kit.direct.xpending(KEY, GROUP, 'IDLE', IDLE_MS, '-', '+', ENTRIES * 2)
        await expect.poll(async () => (await rested()).length).toBe(await kit.pending())
        const next = await kit.api.rule.run(kit.of(id))
        expect(next).toMatchObject({ failed: 0, error: null })
        expect(await kit.now(id)).toMatchObject({ phase: 'on', stopped: null })

        if (action.kind === 'claim') {
          expect((await pendingRows()).map(([entry, owner]) => [entry, owner])).toEqual(
            ids.map((each) => [each, 'monitor']),
          )
          expect(next!.changed).toBe(left)
        } else expect(await kit.pending()).toBe(0)
        if (action.kind === 'deadLetter') {
          const copies = await kit.direct.xrange('dead', '-', '+')
          expect(copies.map(([, fields]) => fields[1]).toSorted()).toEqual(ids.map((_, n) => `tweet ${n}`).toSorted())
        }
        if (action.kind === 'handle') expect((await kit.direct.keys('h:*')).length).toBe(ENTRIES)

        for (const each of await kit.records()) await undo(each.id)
        // What a killed one had claimed for hashes, and not written, stays with whom it claimed it for.
        const isBack = ([entry, owner, deliveries]: readonly [string, string, number]) => [
          entry,
          action.kind === 'handle' && owner === 'monitor' ? 'crashed' : owner,
          deliveries,
        ]
        expect((await pendingRows()).map(isBack)).toEqual(before)
        expect(await kit.direct.keys('h:*')).toEqual([])
        expect(await kit.direct.exists('dead')).toBe(action.kind === 'deadLetter' ? await emptied('dead') : 0)
      } finally {
        for (const child of children.splice(0)) child.kill('SIGKILL')
        await proxy.stop()
      }
    },
  )

  /** 1: its copies were taken back, and the stream itself stays. */
  async function emptied(key: string): Promise<number> {
    expect(await kit.direct.xlen(key)).toBe(0)
    return kit.direct.exists(key)
  }
})
