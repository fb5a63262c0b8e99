import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { AppError } from '../../../../shared/error'
import { Interrupted } from '../../../../electron/services/jobs/interrupted'
import { createLostReply } from '../../../../electron/services/jobs/create-lost-reply'
import { sendOnce, type LostReply } from '../../../../electron/services/jobs/lost-reply'
import { READ_LOST } from '../../../../electron/services/jobs/read-lost'
import { noCounts } from '../../../../shared/judgement/job-counts'

const CLOSED = new AppError('UNREACHABLE', { reason: 'closed', endpoint: 'here', detail: null })
const NOT_OPEN = new AppError('UNREACHABLE', { reason: 'not-open', endpoint: 'here', detail: null })
const REFUSED = new AppError('REDIS', { prefix: 'NOPERM', reply: 'NOPERM', command: 'XPENDING' })
const LOST = new AppError('UNKNOWN_OUTCOME', { command: 'XDEL', cause: 'lost' })

const running = () => new AbortController()
/** As a connection that does not come back: it rejects once nobody waits for it any more. */
const never = (signal: AbortSignal) =>
  new Promise<boolean>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
const step = (counts: Partial<typeof noCounts>) => ({ done: 1, counts: { ...noCounts, ...counts } })

describe('reading back', () => {
  test('is done by one engine: what reads without waiting does not compile as one', () => {
    const read: LostReply[typeof READ_LOST] = (work) => work(true)
    // @ts-expect-error Only who has the symbol makes one.
    const own: LostReply = { read }
    expect(Reflect.ownKeys(createLostReply(() => Promise.resolve(true)))).not.toEqual(Reflect.ownKeys(own))
  })

  test('waits for the connection, and tells whether what was sent may still come', async () => {
    for (const fenced of [true, false]) {
      const lostReply = createLostReply(() => Promise.resolve(fenced))
      expect(await lostReply[READ_LOST]((told) => Promise.resolve(told), running().signal)).toBe(fenced)
    }
  })

  test('is tried again while the connection is not steady', async () => {
    let left = 3
    const work = () => (left-- > 0 ? Promise.reject(CLOSED) : Promise.resolve('read'))
    expect(await createLostReply(() => Promise.resolve(true))[READ_LOST](work, running().signal)).toBe('read')
  })

  test('is given up at once where the connection was closed, or the server refuses to tell', async () => {
    const closed = createLostReply(() => Promise.reject(NOT_OPEN))
    expect(await closed[READ_LOST](() => Promise.resolve('read'), running().signal)).toBeNull()
    const refusing = createLostReply(() => Promise.resolve(true))
    expect(await refusing[READ_LOST](() => Promise.reject(REFUSED), running().signal)).toBeNull()
  })

  test('is given up at the limit when the connection never comes back', async () => {
    vi.useFakeTimers()
    try {
      let read: unknown = 'waiting'
      const lostReply = createLostReply(never, { limitMs: 60_000, graceMs: 2_000 })
      void lostReply[READ_LOST](() => Promise.resolve('read'), running().signal).then((told) => (read = told))
      await vi.advanceTimersByTimeAsync(59_000)
      expect(read).toBe('waiting')
      await vi.advanceTimersByTimeAsync(2_000)
      expect(read).toBeNull()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test.each(['before', 'meanwhile'])('of a job that was cancelled %s is given up after the grace', async (when) => {
    vi.useFakeTimers()
    try {
      const job = running()
      if (when === 'before') job.abort()
      let read: unknown = 'waiting'
      const lostReply = createLostReply(never, { limitMs: 60_000, graceMs: 2_000 })
      void lostReply[READ_LOST](() => Promise.resolve('read'), job.signal).then((told) => (read = told))
      if (when === 'meanwhile') {
        await vi.advanceTimersByTimeAsync(10_000)
        job.abort()
      }
      await vi.advanceTimersByTimeAsync(1_900)
      expect(read).toBe('waiting')
      await vi.advanceTimersByTimeAsync(200)
      expect(read).toBeNull()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('of a job that was cancelled is done all the same when the connection is back within the grace', async () => {
    const job = running()
    let back = (_fenced: boolean): void => undefined
    const lostReply = createLostReply(() => new Promise((resolve) => (back = resolve)))
    const reading = lostReply[READ_LOST](() => Promise.resolve('read'), job.signal)
    job.abort()
    back(true)
    expect(await reading).toBe('read')
  })

  test('its limit fires though the garbage is collected meanwhile', async () => {
    // On Node 20 AbortSignal.any does not hold a time-out signal: what waits on it waits for ever.
    const of = (name: string) => new URL(`../../../../electron/services/jobs/${name}.ts`, import.meta.url).pathname
    const script = `
      import { createLostReply } from ${JSON.stringify(of('create-lost-reply'))}
      import { READ_LOST } from ${JSON.stringify(of('read-lost'))}
      const never = (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      const busy = setInterval(() => { globalThis.gc(); new Array(1e5).fill({}) }, 10)
      const read = await createLostReply(never, { limitMs: 300, graceMs: 100 })[READ_LOST](async () => 'read', new AbortController().signal)
      clearInterval(busy)
      console.log(read)
    `
    const { build } = await import('vite')
    const built = await build({
      configFile: false,
      logLevel: 'silent',
      plugins: [
        {
          name: 'script',
          resolveId: (id) => (id === 'virtual:script' ? id : null),
          load: (id) => (id === 'virtual:script' ? script : null),
        },
      ],
      build: { ssr: true, write: false, minify: false, rolldownOptions: { input: 'virtual:script' } },
    })
    const output = (Array.isArray(built) ? built[0] : built) as { output: readonly { code: string }[] }
    const args = ['--expose-gc', '--input-type=module', '--eval', output.output[0]!.code]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 })
    expect(stdout.trim()).toBe('null')
  })
})

describe('a command that is sent once', () => {
  const sending = (send: () => Promise<string>, readBack: () => Promise<ReturnType<typeof step> | null>) => {
    const noted: unknown[] = []
    const note = (read: unknown) => Promise.resolve(noted.push(read))
    return { sending: { send, readBack, unknown: step({ unknown: 1 }), note }, noted }
  }
  const lostReply = createLostReply(() => Promise.resolve(true))
  const carryOut = async (made: ReturnType<typeof sending>) => {
    const thrown = await sendOnce({ lostReply }, made.sending, running().signal).catch((error: unknown) => error)
    return { thrown, noted: made.noted }
  }

  test('gives what its reply tells, and reads nothing', async () => {
    const read = vi.fn(() => Promise.resolve(null))
    expect(await carryOut(sending(() => Promise.resolve('told'), read))).toEqual({ thrown: 'told', noted: [] })
    expect(read).not.toHaveBeenCalled()
  })

  test('throws a refusal as it came', async () => {
    const refused = sending(
      () => Promise.reject(REFUSED),
      () => Promise.resolve(null),
    )
    expect(await carryOut(refused)).toEqual({ thrown: REFUSED, noted: [] })
  })

  test('whose reply is lost is never sent again: what is read is noted, and ends the job', async () => {
    const send = vi.fn(() => Promise.reject(LOST))
    const { thrown, noted } = await carryOut(sending(send, () => Promise.resolve(step({ changed: 1 }))))
    expect(thrown).toBeInstanceOf(Interrupted)
    expect(thrown).toMatchObject({ reason: LOST, step: step({ changed: 1 }) })
    expect(noted).toEqual([step({ changed: 1 })])
    expect(send).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['nobody can tell', () => Promise.resolve(null)],
    ['reading is refused', () => Promise.reject(REFUSED)],
  ])('whose reply is lost is unknown where %s, and noted so', async (_why, readBack) => {
    const { thrown, noted } = await carryOut(sending(() => Promise.reject(LOST), readBack))
    expect([thrown, noted]).toMatchObject([{ step: step({ unknown: 1 }) }, [step({ unknown: 1 })]])
  })
})
