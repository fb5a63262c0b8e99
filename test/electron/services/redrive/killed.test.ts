import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { useBuiltApp } from '../../../helpers/use-built-app'
import { availableServers } from '../../../helpers/available-servers'
import type { Fault } from '../../../helpers/fault-proxy'
import { longer } from '../../../helpers/soak'
import { openAs } from '../recovery/limited-user'
import { counts, idsFrom, KEY, onEveryServer, type Sluice } from '../recovery/recovery-kit'
import { bury, DEAD, idsOf, plan, recordOf, redrive, redrivenIn, run, whenBack } from './redrive-kit'

/** Points of each kind at which Sluice is killed. */
const TRIALS = longer(3)
/** Each point before a job's end once, those first that lie far apart; `at`: the number of the trial. */
const pointOf = (at: number): number => 4 + ((at * 5) % 11)

const app = useBuiltApp(new URL('./redrive-app.ts', import.meta.url))

/** What a job sends; a connection that comes back tries other things, or these on no stream. */
function isOfJob([name = '', ...args]: readonly string[]): boolean {
  if (name === 'TIME') return true
  return /^(XRANGE|XINFO|EVALSHA_RO|XADD|XDEL|EVAL)$/.test(name) && args.some((arg) => arg === KEY || arg === DEAD)
}

/** All that is in the backups. */
function savedBy({ dataDir }: Sluice): string {
  const folder = join(dataDir, 'backups')
  if (!existsSync(folder)) return ''
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')
}

/** The connection went while the stream was looked at, just before the job: there is none. */
function notBegun(error: unknown): null {
  expect(error).toMatchObject({ code: 'UNREACHABLE' })
  return null
}

/** Each takes so many commands that a point in them says something. */
const WAYS = [
  { how: 'by script', letters: 20, most: 30, password: '', open: (): Promise<Sluice | null> => Promise.resolve(null) },
  { how: 'entry by entry', letters: 5, most: 40, password: 'secret', open: () => openAs(now(), '-eval') },
] as const
let now: () => Parameters<typeof openAs>[0]

onEveryServer(
  (world) => {
    now = () => world

    async function prepare(letters: number): Promise<readonly string[]> {
      const { direct } = world
      await direct.del(KEY, DEAD)
      await direct.xadd(KEY, '1-0', 'n', 'first')
      const ids = idsFrom(1, letters)
      await bury(
        direct,
        ids.map((id) => ({ id })),
      )
      return ids
    }

    /** Where each dead letter is. None may be nowhere, and copies come in order. */
    async function look(
      sluice: Sluice,
      ids: readonly string[],
    ): Promise<{ readonly moved: number; readonly both: number }> {
      const left = new Set(await idsOf(world.direct, DEAD))
      const copied = (await redrivenIn(world.direct)).map(String)
      expect(ids.filter((id) => !left.has(id) && !copied.includes(id))).toEqual([])
      expect(copied).toEqual(ids.slice(0, copied.length))
      // What went was saved before.
      const saved = savedBy(sluice)
      expect(ids.filter((id) => !left.has(id) && !saved.includes(`{"id":"${id}"`))).toEqual([])
      const both = copied.filter((id) => left.has(id)).length
      return { moved: copied.length - both, both }
    }

    describe.each(WAYS)('a redrive $how', ({ letters, most, password, open }) => {
      async function on(use: (sluice: Sluice) => Promise<void>): Promise<void> {
        const own = await open()
        await use(own ?? world.sluice)
        await own?.stop()
      }

      test.each<Fault['kind'] & ('cut-before-reply' | 'cut-before-forward')>([
        'cut-before-reply',
        'cut-before-forward',
      ])('whose connection is cut (%s) at each of its commands: journal and server agree', (kind) =>
        on(async (sluice) => {
          const { proxy } = world
          let point = 1
          for (; point <= most; point += 1) {
            const ids = await prepare(letters)
            const made = await plan(sluice)
            let seen = 0
            let struck = false
            void proxy.fault((args) => isOfJob(args) && (seen += 1) === point && (struck = true), { kind })
            const told = `at point ${point}`
            const job = await run(sluice, made).catch(notBegun)
            await whenBack(sluice)
            const { moved, both } = await look(sluice, ids)
            if (job === null) {
              expect([moved, both], told).toEqual([0, 0])
              continue
            }
            expect(moved, told).toBeGreaterThanOrEqual(job.counts.changed)
            expect(moved + both, told).toBeLessThanOrEqual(job.counts.changed + job.counts.unknown)
            expect(both, told).toBeLessThanOrEqual(job.counts.unknown)
            expect(await recordOf(sluice, job), told).toMatchObject({ state: job.state, counts: job.counts })
            if (!struck) {
              expect(job).toMatchObject({ state: 'done', counts: counts({ changed: letters }) })
              break
            }
            expect(job.state, told).not.toBe('failed')
            // What is left can be redriven; what is in both, too, and is then there twice, as was told.
            await redrive(sluice)
            expect(await idsOf(world.direct, DEAD), told).toEqual([])
          }
          // The last one found no such command any more: all points were tried.
          expect(point).toBeLessThanOrEqual(most)
          expect(point).toBeGreaterThan(10)
        }),
      )

      test.each(Array.from({ length: TRIALS }, (_, at) => at))(
        'that is killed at point %i of several: journal and server agree, and the rest can be redriven',
        (at) =>
          on(async (sluice) => {
            const { proxy } = world
            const ids = await prepare(letters)
            const args = [app.path, sluice.dataDir, sluice.connectionId, DEAD, password]
            const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
            const exit = once(child, 'exit')
            const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
            expect((await lines.next()).value).toBe('planned')
            let seen = 0
            void proxy.fault(
              (command) => {
                if (isOfJob(command) && (seen += 1) === pointOf(at)) child.kill('SIGKILL')
                return false
              },
              { kind: 'delay', ms: 0 },
            )
            await exit

            await sluice.restart()
            const { records } = await sluice.api.journal.list({ connectionId: sluice.connectionId, count: 10 })
            const [record] = records
            const { moved, both } = await look(sluice, ids)
            const changed = record?.counts.changed ?? 0
            if (record) expect(record).toMatchObject({ action: 'redrive', state: 'interrupted' })
            // Only the part in flight may be more than the journal knows to be done.
            expect(moved).toBeGreaterThanOrEqual(changed)
            expect(moved - changed).toBeLessThanOrEqual(16)
            expect(both).toBeLessThanOrEqual(password === '' ? 0 : 1)
            await redrive(sluice)
            expect([await idsOf(world.direct, DEAD), (await redrivenIn(world.direct)).length]).toEqual([
              ...[[], letters + both],
            ])
          }),
      )
    })
  },
  {},
  availableServers().slice(0, 1),
)
