import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LinkSetup } from '../../../../electron/services/connections/dialer'
import { testSteps } from '../../../../electron/services/connections/test-steps/test-steps'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import type { TestEvent } from '../../../../shared/model/connection-test'
import { createMemoryLog } from '../../../helpers/memory-log'

/** Says nothing, ever. */
let server: Server
/** By the ports that they come from. */
let accepted: (number | undefined)[] = []
const sockets = new Set<Socket>()
beforeEach(async () => {
  accepted = []
  server = createServer((socket) => {
    accepted.push(socket.remotePort)
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.resume()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

const port = () => (server.address() as AddressInfo).port
function setup(secure: boolean, secret: LinkSetup['secret'] = () => Promise.resolve(null)): LinkSetup {
  const profile: ConnectionProfile = {
    ...{ name: 'x', color: 'slate', environment: 'dev', readOnly: false, username: '', db: 0, ssh: null },
    endpoint: { kind: 'tcp', host: '127.0.0.1', port: port() },
    tls: secure ? { ca: '', cert: '', serverName: '', verify: true } : null,
  }
  const known = { of: () => Promise.resolve({ keys: [], revoked: [], authority: null }) }
  // Longer than this test: nothing is closed because it took too long.
  const timings = { connectTimeoutMs: 60_000 }
  return { connectionId: 'x', profile: () => profile, secret, timings, knownHosts: known, log: createMemoryLog().log }
}
const isStep = (event: TestEvent, name: string, state: string): boolean =>
  event.kind === 'step' && event.step.name === name && event.step.state === state

test.each([
  ['socket', 'good'],
  ['tls', 'running'],
])('left by its reader at “%s %s”, nothing stays open', async (name, state) => {
  for await (const event of testSteps(setup(true), new AbortController().signal)) {
    if (isStep(event, name, state)) break
  }
  await expect.poll(() => accepted).toHaveLength(1)
  await expect.poll(() => sockets.size).toBe(0)
})

test('stopped between two steps, the next is not begun, and nothing stays open', async () => {
  const leave = new AbortController()
  const told: TestEvent[] = []
  for await (const event of testSteps(setup(true), leave.signal)) {
    told.push(event)
    if (isStep(event, 'tls', 'running')) leave.abort()
  }
  expect(told.at(-1)).toMatchObject({ step: { name: 'tls', state: 'running' } })
  await expect.poll(() => accepted).toHaveLength(1)
  await expect.poll(() => sockets.size).toBe(0)
})

test('stopped while a person is asked for the password, it is not gone on with once that is there', async () => {
  const leave = new AbortController()
  let give: (password: string) => void = () => undefined
  const asked = new Promise<string>((resolve) => {
    give = resolve
  })
  const secret: LinkSetup['secret'] = (purpose) => {
    if (purpose !== 'password') return Promise.resolve(null)
    setImmediate(() => leave.abort())
    return asked
  }
  const told: TestEvent[] = []
  for await (const event of testSteps(setup(false, secret), leave.signal)) told.push(event)
  expect(told.at(-1)).toMatchObject({ step: { name: 'login', state: 'running' } })
  await expect.poll(() => sockets.size).toBe(0)
  give('late')
  // Whatever would be opened by it comes before the last of these.
  for (let own = 0; own < 10; own += 1) {
    const socket = connect(port(), '127.0.0.1')
    await once(socket, 'connect')
    const { localPort } = socket
    await expect.poll(() => accepted.includes(localPort)).toBe(true)
    socket.destroy()
    accepted = accepted.filter((each) => each !== localPort)
  }
  expect(accepted).toHaveLength(1)
})
