import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import type { SweepAction } from '../../../../shared/model/rule'
import { longer } from '../../../helpers/soak'
import { useBuiltApp } from '../../../helpers/use-built-app'
import { onEveryServer } from '../recovery/recovery-kit'
import { allPending, seedAll, undoSweep } from './sweep-kit'

const app = useBuiltApp(new URL('./sweep-app.ts', import.meta.url))
const ACTIONS: readonly SweepAction[] = [
  { kind: 'claim', to: 'rescue' },
  { kind: 'deadLetter', stream: 'dead' },
]
const TRIALS = longer(2)

onEveryServer((world) => {
  const trials = Array.from({ length: TRIALS * ACTIONS.length }, (_, at) => at)
  test.each(trials)(
    'killed in the midst of a sweep, at point %i: journal and server agree part by part, and its undo is exact',
    { timeout: 60_000 },
    async (at) => {
      const { direct, proxy, sluice } = world
      await seedAll(world, 20)
      const before = await allPending(world)
      const action = ACTIONS[at % ACTIONS.length]
      const child = spawn(process.execPath, [app.path, sluice.dataDir, sluice.connectionId, JSON.stringify(action)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const exit = once(child, 'exit')
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      expect((await lines.next()).value).toBe('planned')
      // Behind the first of six, and before the last.
      const command = 2 + ((at * 3 + 1) % 4)
      let seen = 0
      void proxy.fault(
        (args) => {
          const isChange =
            /^(XCLAIM|XACK)$/i.test(args[0] ?? '') ||
            (/^EVAL$/i.test(args[0] ?? '') && /XCLAIM|XADD|XACK/.test(args[1] ?? ''))
          if (isChange && (seen += 1) === command) {
            if (at % 2 === 0) child.kill('SIGKILL')
            else setImmediate(() => child.kill('SIGKILL'))
          }
          return false
        },
        { kind: 'delay', ms: 0 },
      )
      expect(await exit).toEqual([null, 'SIGKILL'])

      await sluice.restart()
      const { records } = await sluice.api.journal.list({ connectionId: sluice.connectionId, count: 100 })
      const [sweepId, ...others] = new Set(records.map((record) => record.sweep?.id))
      expect(others).toEqual([])
      expect(records.every((record) => record.sweep?.groups === 6)).toBe(true)
      // All but the last one came to their end; of that one the batch in flight may be more than is known.
      expect(records.slice(1).every(({ state }) => state === 'done')).toBe(true)
      expect(records[0]?.state).toBe('interrupted')
      const changed = Object.entries(await allPending(world)).reduce((sum, [name, rows]) => {
        const same = new Set(rows.map((row) => JSON.stringify(row)))
        return sum + (before[name] ?? []).filter((row) => !same.has(JSON.stringify(row))).length
      }, 0)
      const known = records.reduce((sum, { counts }) => sum + counts.changed, 0)
      expect(changed).toBeGreaterThanOrEqual(known)
      expect(changed - known).toBeLessThanOrEqual(20)

      const undone = await undoSweep(sluice, sweepId ?? '')
      expect(undone).toMatchObject({ state: 'done', sweep: { failed: 0 } })
      // What may have been acked by others is given back by an undo of its own.
      const left = (await sluice.api.journal.list({ count: 100 })).records.filter(
        ({ undo }) => (undo.partly?.open ?? 0) > 0,
      )
      for (const { id: recordId } of left) {
        const { api, connectionId, finished } = sluice
        await finished(await api.recovery.undo({ connectionId, recordId, which: 'possible' }))
      }
      expect(await allPending(world)).toEqual(before)
      expect(await direct.xlen('dead')).toBe('0')
    },
  )
})
