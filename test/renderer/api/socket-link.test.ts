// @vitest-environment happy-dom
import { createORPCClient } from '@orpc/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Client } from '../../../renderer/api/client'
import { HostLostError, linkState } from '../../../renderer/api/link-state'
import { logOut } from '../../../renderer/api/log-out'
import { createSocketLink, reconnectNow } from '../../../renderer/api/socket-link'

/** A socket that a test opens and drops by hand. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1
  static made: FakeSocket[] = []
  readyState = 0
  readonly sent: string[] = []
  constructor(
    readonly url: string,
    readonly protocols: readonly string[],
  ) {
    super()
    FakeSocket.made.push(this)
  }
  send(message: string): void {
    this.sent.push(message)
  }
  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }
  drop(code = 1006): void {
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }
}

function latest(): FakeSocket {
  const socket = FakeSocket.made.at(-1)
  if (!socket) throw new Error('no socket was made')
  return socket
}

let sessionStatus = 200
let asked: RequestInit[] = []

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.made = []
  sessionStatus = 200
  linkState.value = { kind: 'connecting' }
  vi.stubGlobal('WebSocket', FakeSocket)
  asked = []
  localStorage.clear()
  vi.stubGlobal('fetch', (_path: string, init: RequestInit) => {
    asked.push(init)
    return Promise.resolve(new Response(null, { status: sessionStatus }))
  })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function start(): Client {
  return createORPCClient(createSocketLink('ws://localhost/rpc'))
}

describe('the link over a socket', () => {
  it('holds what is called before it is open', async () => {
    const client = start()
    const call = client.job.list()
    call.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(0)
    expect(latest().sent).toHaveLength(0)
    latest().open()
    await vi.advanceTimersByTimeAsync(0)
    expect(latest().sent).toHaveLength(1)
    expect(linkState.value.kind).toBe('connected')
  })

  it.each([
    [1001, true],
    [1006, false],
    [1008, false],
  ])('tells a host that was ended from one that was lost: %i', async (code, ended) => {
    start()
    latest().open()
    latest().drop(code)
    expect(linkState.value).toMatchObject({ kind: 'reconnecting', ended })
    // What comes after that tells nothing new.
    await vi.advanceTimersByTimeAsync(1_000)
    latest().drop()
    expect(linkState.value).toMatchObject({ kind: 'reconnecting', ended })
  })

  it('rejects what was in flight when it drops, and sends none of it again', async () => {
    const client = start()
    latest().open()
    const call = client.job.list()
    const rejected = expect(call).rejects.toBeInstanceOf(HostLostError)
    await vi.advanceTimersByTimeAsync(0)
    latest().drop()
    await rejected
    await vi.advanceTimersByTimeAsync(1_000)
    latest().open()
    await vi.advanceTimersByTimeAsync(0)
    expect(FakeSocket.made).toHaveLength(2)
    expect(latest().sent).toHaveLength(0)
    expect(linkState.value.kind).toBe('connected')
  })

  it('rejects at once while it is down', async () => {
    const client = start()
    latest().drop()
    await expect(client.job.list()).rejects.toBeInstanceOf(HostLostError)
  })

  it('waits longer from try to try, and tells since when it is down', async () => {
    start()
    latest().open()
    const droppedAt = Date.now()
    latest().drop()
    expect(linkState.value).toMatchObject({ kind: 'reconnecting', sinceMs: droppedAt })
    for (let tries = 2; tries <= 8; tries += 1) {
      await vi.advanceTimersByTimeAsync(12_500)
      expect(FakeSocket.made.length).toBeGreaterThanOrEqual(2)
      latest().drop()
    }
    expect(linkState.value).toMatchObject({ kind: 'reconnecting', sinceMs: droppedAt })
    const made = FakeSocket.made.length
    await vi.advanceTimersByTimeAsync(9_999)
    expect(FakeSocket.made.length).toBe(made)
    reconnectNow()
    expect(FakeSocket.made.length).toBe(made + 1)
  })

  it('gives its half of the session with each socket, as it is by then, and when it asks whether that stands', async () => {
    localStorage.setItem('sluice.page-key', 'first')
    start()
    expect(latest().protocols).toEqual(['sluice', 'sluice.key.first'])
    localStorage.setItem('sluice.page-key', 'second')
    latest().drop()
    expect(asked.map(({ headers }) => headers)).toEqual([{ 'sluice-key': 'second' }])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(latest().protocols).toEqual(['sluice', 'sluice.key.second'])
  })

  it.each([
    ['has nothing', () => undefined],
    [
      'may keep nothing',
      () => {
        vi.stubGlobal('localStorage', {
          getItem: () => {
            throw new Error('denied')
          },
        })
      },
    ],
  ])('asks to be let in all the same where the page %s', (_what, set) => {
    set()
    start()
    expect(latest().protocols).toEqual(['sluice'])
  })

  it('stays out once the page has logged out', async () => {
    start()
    latest().open()
    await logOut('here')
    expect(linkState.value.kind).toBe('unauthorised')
    latest().drop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(linkState.value.kind).toBe('unauthorised')
    expect(FakeSocket.made).toHaveLength(1)
  })

  it.each([
    [401, 'unauthorised'],
    [500, 'connected'],
  ])('a log-out that is answered by %i leaves the page %s', async (status, kind) => {
    start()
    latest().open()
    sessionStatus = status
    await logOut('everywhere').catch((error: unknown) => expect(error).toBeInstanceOf(HostLostError))
    expect(linkState.value.kind).toBe(kind)
  })

  it('gives up where the session is gone', async () => {
    start()
    latest().open()
    sessionStatus = 401
    latest().drop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(linkState.value.kind).toBe('unauthorised')
    expect(FakeSocket.made).toHaveLength(1)
  })
})
