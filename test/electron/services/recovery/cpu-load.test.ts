import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  ack,
  claimTo,
  counts,
  holdAt,
  idsFrom,
  ofConsumer,
  ofIds,
  onEveryServer,
  pendingOf,
  seed,
  serverTime,
} from './recovery-kit'
import { asksForStreamInfo } from '../../../helpers/stream-info-command'

/** Keeps one core busy; ends by itself at the latest after two minutes. */
const BUSY = 'const end = Date.now() + 120_000; process.stdout.write("busy"); while (Date.now() < end);'

let busy: readonly ChildProcessWithoutNullStreams[] = []
beforeAll(async () => {
  busy = Array.from({ length: availableParallelism() + 1 }, () => spawn(process.execPath, ['-e', BUSY]))
  await Promise.all(busy.map(({ stdout }) => once(stdout, 'data')))
})
afterAll(() => {
  for (const child of busy) child.kill('SIGKILL')
})

onEveryServer((world) => {
  describe('a process that does not get to run', () => {
    afterEach(() => void vi.restoreAllMocks())

    test('does not take an untouched claim for moved: by when it was done is told by the server alone', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 30) } })
      const before = await pendingOf(direct)
      const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
      const held = holdAt(proxy, asksForStreamInfo)
      // As far as this process can tell, no time passes.
      vi.spyOn(performance, 'now').mockReturnValue(performance.now())
      const running = await sluice.run(plan)
      await held
      const start = await serverTime(direct)
      while ((await serverTime(direct)) < start + 50);
      proxy.resume()
      const job = await sluice.finished(running)
      vi.restoreAllMocks()
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
      expect(await pendingOf(direct)).toEqual(before)
    })
  })

  describe('on a machine whose cores are all busy', () => {
    test('what nobody has touched is given back to the last entry, time and again', async () => {
      const { direct, sluice } = world
      const ids = idsFrom(1, 3_000)
      await seed(direct, { held: { alice: ids.slice(0, 2_000), bob: ids.slice(2_000) } })
      const before = await pendingOf(direct)
      for (const selection of [ofConsumer('alice'), ofIds(ids), ofConsumer('alice'), ofIds(ids)]) {
        const total = selection.kind === 'ids' ? 3_000 : 2_000
        const job = await sluice.recover(selection, claimTo('carol'))
        expect(job).toMatchObject({ state: 'done', counts: counts({ changed: total }) })
        const undone = await sluice.undo(job)
        expect(undone).toMatchObject({ state: 'done', counts: counts({ changed: total }) })
      }
      expect(await pendingOf(direct)).toEqual(before)
    }, 120_000)

    test('what was acked is pending again to the last entry', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 1_200) } })
      const before = await pendingOf(direct)
      const job = await sluice.recover(ofConsumer('alice'), ack)
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 1_200 }) })
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 1_200 }) })
      expect(await pendingOf(direct)).toEqual(before)
    }, 120_000)
  })
})
