import { afterEach, describe, expect, test, vi } from 'vitest'
import { createThrottle, type ServerLoad } from '../../../../electron/services/jobs/throttle'
import type { JobThrottle } from '../../../../shared/model/job'

afterEach(() => void vi.restoreAllMocks())

const CALM: ServerLoad = { latencyMs: 0.2, replicaLagBytes: null }
const never = new AbortController().signal

function throttleOn(loads: readonly (ServerLoad | Error)[]) {
  const heard: JobThrottle[] = []
  let at = 0
  const measure = (): Promise<ServerLoad> => {
    const load = loads[Math.min(at++, loads.length - 1)] ?? CALM
    return load instanceof Error ? Promise.reject(load) : Promise.resolve(load)
  }
  return { heard, throttle: createThrottle({ measure, onChange: (now) => heard.push(now) }) }
}

/** Whether it has resolved once all that is due at once is done. */
async function isOver(work: Promise<unknown>): Promise<boolean> {
  return Promise.race([work.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))])
}

describe('a job', () => {
  test('goes on at once on a calm server', async () => {
    const { throttle, heard } = throttleOn([CALM])
    await throttle.next(500, never)
    expect(heard).toEqual([])
  })

  test('goes on when its server can’t be measured', async () => {
    const { throttle, heard } = throttleOn([new Error('refused')])
    await throttle.next(500, never)
    expect(heard).toEqual([])
  })

  test('waits while it is paused, and goes on when resumed', async () => {
    const { throttle, heard } = throttleOn([CALM])
    throttle.pause()
    const waiting = throttle.next(500, never)
    expect(await isOver(waiting)).toBe(false)
    throttle.resume()
    await waiting
    expect(heard.map(({ paused }) => paused)).toEqual([true, false])
  })

  test('that is paused ends its wait when cancelled', async () => {
    const { throttle } = throttleOn([CALM])
    const abort = new AbortController()
    throttle.pause()
    const waiting = throttle.next(500, abort.signal)
    abort.abort()
    await waiting
  })

  test('keeps to its limit', async () => {
    let clockMs = 1_000
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => clockMs)
    const { throttle } = throttleOn([CALM])
    throttle.limit(10_000)
    for (let batch = 0; batch < 4; batch += 1) {
      let isOver = false
      const waiting = throttle.next(500, never).then(() => (isOver = true))
      await new Promise(setImmediate)
      // A millisecond before 50 of them are over it looks at the clock again and again, and waits.
      clockMs += 49
      const looks = clock.mock.calls.length
      await expect.poll(() => isOver || clock.mock.calls.length > looks + 10).toBe(true)
      expect(isOver).toBe(false)
      clockMs += 1
      await waiting
    }
  })

  test('goes on at once when a limit that held it is lifted', async () => {
    const { throttle } = throttleOn([CALM])
    throttle.limit(1)
    const waiting = throttle.next(500, never)
    expect(await isOver(waiting)).toBe(false)
    throttle.limit(null)
    await waiting
  })

  test('at its limit ends its wait when cancelled', async () => {
    const { throttle } = throttleOn([CALM])
    const abort = new AbortController()
    throttle.limit(1)
    const waiting = throttle.next(500, abort.signal)
    abort.abort()
    await waiting
  })

  test('says so when a slow server holds it back', async () => {
    const { throttle, heard } = throttleOn([CALM, { latencyMs: 200, replicaLagBytes: null }])
    await throttle.next(1, never)
    await expect
      .poll(async () => {
        await throttle.next(1, never)
        return heard.at(-1)?.heldBackBy
      })
      .toBe('latency')
  })

  test('is not held back by a server that was never faster', async () => {
    const { throttle, heard } = throttleOn([{ latencyMs: 200, replicaLagBytes: null }])
    await throttle.next(1, never)
    expect(heard).toEqual([])
  })

  test('is neither where its round trip was not known before, nor where it is not', async () => {
    const unknown = { latencyMs: null, replicaLagBytes: null }
    let clockMs = 1_000
    vi.spyOn(performance, 'now').mockImplementation(() => (clockMs += 1_000))
    const { throttle, heard } = throttleOn([unknown, { latencyMs: 200, replicaLagBytes: null }, unknown])
    for (const _ of [1, 2, 3]) await throttle.next(1, never)
    expect(heard).toEqual([])
  })

  test('is held back by a replica that falls behind, and no longer once it caught up', async () => {
    const behind = { latencyMs: 0.2, replicaLagBytes: 64 * 1024 * 1024 }
    const { throttle, heard } = throttleOn([behind, CALM])
    await throttle.next(1, never)
    expect(heard.at(-1)?.heldBackBy).toBe('replica lag')
    await expect
      .poll(async () => {
        await throttle.next(1, never)
        return throttle.now.heldBackBy
      })
      .toBeNull()
  })
})
