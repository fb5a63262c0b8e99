import { once } from 'node:events'
import type { WebContents } from 'electron'
import { pino } from 'pino'
import { beforeEach, expect, test, vi } from 'vitest'
import { acceptPorts, CONNECT_CHANNEL } from '../../../electron/desktop/rpc'
import { createRpcServer } from '../../../electron/host/rpc-server'
import { FakeContents, fakePort, type FakeFrame } from '../../helpers/fake-electron'
import { tinyRouter, type TinyRouter } from '../../helpers/tiny-router'

const OURS: FakeFrame = { origin: 'app://sluice', parent: null }
let contents: FakeContents
let tiny: TinyRouter
beforeEach(() => {
  const log = pino({ level: 'silent' })
  contents = new FakeContents()
  tiny = tinyRouter()
  acceptPorts(contents as unknown as WebContents, createRpcServer(tiny.router, log), log)
})

test('a port of our own page is served', async () => {
  const { port, receive, state } = fakePort()
  contents.receive(CONNECT_CHANNEL, OURS, [port])
  expect(state.started).toBe(true)
  const sent = once(port as never, 'sent')
  receive(JSON.stringify({ i: '1', p: { u: '/echo', b: { json: 'hello' } } }))
  const [reply] = (await sent) as [string]
  expect(JSON.parse(reply)).toEqual({ i: '1', p: { b: { json: 'hello' } } })
})

test.each<[string, FakeFrame | null]>([
  ['a frame inside the page', { origin: 'app://sluice', parent: {} }],
  ['another origin', { origin: 'https://evil.example', parent: null }],
  ['another host of the scheme', { origin: 'app://other', parent: null }],
  ['a file', { origin: 'file://', parent: null }],
  ['an opaque origin', { origin: 'null', parent: null }],
  ['a frame that is gone', null],
])('a port from %s is closed unheard', (_who, frame) => {
  const { port, state } = fakePort()
  contents.receive(CONNECT_CHANNEL, frame, [port])
  expect(state).toEqual({ started: false, closed: true })
})

test('other channels are nobody’s', () => {
  const { port, state } = fakePort()
  contents.receive('sluice:other', OURS, [port])
  expect(state).toEqual({ started: false, closed: false })
})

test('a message without a port does nothing, and of several one is taken', () => {
  expect(() => contents.receive(CONNECT_CHANNEL, OURS, [])).not.toThrow()
  const [first, second] = [fakePort(), fakePort()]
  contents.receive(CONNECT_CHANNEL, OURS, [first.port, second.port])
  expect([first.state.started, second.state.closed]).toEqual([true, true])
})

test('after a reload the port from before is closed, and what it listened to is told', async () => {
  const before = fakePort()
  contents.receive(CONNECT_CHANNEL, OURS, [before.port])
  before.receive(JSON.stringify({ i: '1', p: { u: '/watch' } }))
  await vi.waitFor(() => expect(tiny.watching).toBe(1))
  contents.receive(CONNECT_CHANNEL, OURS, [fakePort().port])
  expect(before.state.closed).toBe(true)
  await vi.waitFor(() => expect(tiny.watching).toBe(0))
})

test('what is not text is left lying', async () => {
  const { port, receive, sent } = fakePort()
  contents.receive(CONNECT_CHANNEL, OURS, [port])
  for (const data of [null, 1, {}, [], new Uint8Array(3)]) receive(data)
  receive(JSON.stringify({ i: 'after', p: { u: '/echo', b: { json: 1 } } }))
  await vi.waitFor(() => expect(sent).toHaveLength(1))
})
