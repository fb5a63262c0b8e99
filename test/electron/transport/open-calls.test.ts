import { ORPCError, type RouterClient } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MOST_OPEN_CALLS } from '../../../electron/host/call-cap'
import { errorInfo } from '../../../renderer/api/errors'
import { tinyRouter, type TinyRouter } from '../../helpers/tiny-router'
import { transports, type Connected } from '../../helpers/transports'

type Client = RouterClient<TinyRouter['router']>

// Within the process there is no host in between.
describe.each(transports.filter(({ name }) => name !== 'direct'))('over $name', ({ connect }) => {
  let tiny: TinyRouter
  let connected: Connected<TinyRouter['router']>
  let client: Client
  beforeEach(async () => {
    tiny = tinyRouter()
    connected = await connect(tiny.router)
    ;({ client } = connected)
  })
  afterEach(() => connected.stop())

  /** Follows so many times, and gives how each is let go. */
  async function follow(times: number): Promise<readonly AbortController[]> {
    const all = Array.from({ length: times }, () => new AbortController())
    await Promise.all(
      all.map(async ({ signal }) => {
        const events = await client.watch(undefined, { signal })
        await events.next()
      }),
    )
    return all
  }
  const refused = async (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => 'not refused',
      (error: unknown) => (error instanceof ORPCError ? errorInfo(error) : error),
    )
  const BUSY = { code: 'BUSY', data: { most: MOST_OPEN_CALLS } }

  test('what a page follows is capped, and what it calls while it does; the host does no more for it', async () => {
    await follow(MOST_OPEN_CALLS)
    expect(await refused(client.watch())).toEqual(BUSY)
    expect(await refused(client.echo('x'))).toEqual(BUSY)
    expect(tiny.watching).toBe(MOST_OPEN_CALLS)
  })

  test('a thousand at once are not more than the cap', async () => {
    const all = Array.from({ length: 1_000 }, () => refused(client.watch().then((events) => events.next())))
    const outcomes = await Promise.all(all)
    expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(MOST_OPEN_CALLS)
    expect(tiny.watching).toBe(MOST_OPEN_CALLS)
  })

  test('what it lets go makes room', async () => {
    const [first, second] = await follow(MOST_OPEN_CALLS)
    first?.abort()
    second?.abort()
    await vi.waitFor(async () => expect(await client.echo('again')).toBe('again'))
    await vi.waitFor(() => expect(tiny.watching).toBe(MOST_OPEN_CALLS - 2))
  })

  test('what ended, failed, was let go early or is no procedure leaves nothing behind', async () => {
    for (let round = 0; round < MOST_OPEN_CALLS + 10; round += 1) {
      const controller = new AbortController()
      const given = client.watch(undefined, { signal: controller.signal }).catch(() => null)
      controller.abort()
      await given
      for await (const n of await client.count({ to: 2 })) expect(n).toBeLessThan(3)
      await client.crash().catch(() => null)
      await client.refuse({ connection: 'x' }).catch(() => null)
      await (client as unknown as { nothing(): Promise<unknown> }).nothing().catch(() => null)
      const failing = await client.failing()
      await failing.next()
      await failing.next().catch(() => null)
    }
    expect(await client.echo('still')).toBe('still')
  })
})

test('one page does not use up what another may have', async () => {
  const [, , socket] = transports
  const tiny = tinyRouter()
  if (socket === undefined) throw new Error('no transport')
  const mine = await socket.connect(tiny.router)
  const other = await socket.connect(tiny.router)
  await Promise.all(Array.from({ length: MOST_OPEN_CALLS }, async () => (await mine.client.watch()).next()))
  expect(await other.client.echo('free')).toBe('free')
  await mine.disconnect()
  await vi.waitFor(() => expect(tiny.watching).toBe(0))
  await Promise.all([mine.stop(), other.stop()])
})
