import type { ServerEndpoint } from '../../../../shared/model/connection'
import type { TestEvent } from '../../../../shared/model/connection-test'
import { hopName } from '../../../../shared/hop-name'
import { message } from '../../../../shared/words/messages'
import type { OwnedClient } from '../../../redis/client'
import { addressName, type NodeAddress } from '../../../redis/cluster/slot-map'
import { CONNECT_TIMEOUT_MS } from '../../../redis/connect-options'
import { endpointName, type Dialled } from '../../../redis/dial'
import { mapOf, reachedAt } from '../../../../shared/address-map'
import { createDialer, sentinelProfile, type LinkSetup } from '../dialer'
import { sharedServer } from '../shared-server'
import { findCluster } from './cluster-steps'
import { findRights } from './rights'
import { findSentinel, newestOf, type Named } from './sentinel-steps'
import { findAround, findServer, findStreams, type Known } from './server-steps'
import { loginFailure, socketSteps, type Way } from './socket-steps'
import { createStepRun, type Steps } from './steps'

/**
 * Tries a connection step by step, and tells each. It ends where what it needs can't be reached, with a result where all can,
 * and with the signal. Reads only; all that it opened is closed with it.
 */
export async function* testSteps(setup: LinkSetup, signal: AbortSignal): AsyncGenerator<TestEvent, void> {
  const profile = setup.profile()
  const run = createStepRun(signal)
  const dialer = createDialer(setup)
  const clients: OwnedClient[] = []
  const close = (): void => {
    for (const client of clients) client.close()
    for (const socket of run.sockets) socket.destroy()
    dialer.close()
  }
  // What is under way ends at once.
  signal.addEventListener('abort', close)

  /** One that is there only once all has been stopped, as when a person was asked for its password, is never opened. */
  const kept = async (make: Promise<OwnedClient>): Promise<OwnedClient> => {
    const client = await make
    signal.throwIfAborted()
    clients.push(client)
    return client
  }

  /** Logs in where a socket was found; null: it failed. */
  async function* server(
    of: Dialled & { readonly username: string },
    secret: 'password' | 'sentinel-password',
    make: () => Promise<OwnedClient>,
    way: Way,
  ): Steps<OwnedClient | null> {
    if (!(yield* socketSteps(run, of, way))) return null
    return yield* run.step('login', endpointName(of), async () => {
      const client = await kept(make())
      try {
        await client.open()
      } catch (error) {
        const hasPassword = (await setup.secret(secret).catch(() => null)) !== null
        throw await loginFailure(error, of, hasPassword, way, signal)
      }
      return { value: client, findings: [message('connection-test.as-user', { user: of.username })] }
    })
  }
  const reached = (address: NodeAddress): NodeAddress => reachedAt(address, mapOf(profile))
  const main = (announced: ServerEndpoint, way: Way) => {
    const endpoint = announced.kind === 'tcp' ? ({ kind: 'tcp', ...reached(announced) } as const) : announced
    return server({ ...profile, endpoint }, 'password', () => dialer.client(announced), way)
  }

  async function* rest(known: Known, all: readonly OwnedClient[]): Steps<void> {
    const [first] = all
    if (first === undefined) return
    const readers = all.map(({ reader }) => reader)
    const where = endpointName(profile)
    const rights = yield* run.step('rights', where, () => findRights(first.reader, known.server, profile.readOnly))
    if (rights === null) return
    const db = profile.endpoint.kind === 'cluster' ? 0 : profile.db
    const found = yield* run.step('streams', where, () => findStreams(readers, known.server, db, signal))
    if (found !== null) yield { kind: 'result', ...known }
  }

  async function* cluster(nodes: readonly NodeAddress[], way: Way): Steps<void> {
    for (const node of nodes) {
      const client = yield* main({ kind: 'tcp', ...node }, way)
      if (client === null) continue
      const known = yield* run.step('server', addressName(node), () => findServer(client))
      if (known === null) continue
      const opened = (address: NodeAddress): Promise<OwnedClient> =>
        addressName(address) === addressName(node)
          ? Promise.resolve(client)
          : kept(dialer.client({ kind: 'tcp', ...address })).then(async (made) => {
              await made.open()
              return made
            })
      const found = yield* run.step('topology', addressName(node), () => findCluster(client, node, opened))
      if (found === null) continue
      const server = sharedServer([known.server, ...found.servers]) ?? known.server
      return yield* rest({ ...known, server }, found.clients)
    }
  }

  async function* sentinels(nodes: readonly NodeAddress[], name: string, way: Way): Steps<void> {
    const named: Named[] = []
    for (const node of nodes) {
      const sentinel = yield* server(
        sentinelProfile(profile, reached(node)),
        'sentinel-password',
        () => dialer.sentinel(node),
        way,
      )
      if (sentinel === null) continue
      const found = yield* run.step('topology', addressName(node), () => findSentinel(sentinel, name, named))
      if (found !== null) named.push(found)
    }
    const newest = newestOf(named)
    if (newest !== null) yield* single({ kind: 'tcp', ...newest.address }, way)
  }

  async function* single(endpoint: ServerEndpoint, way: Way): Steps<void> {
    const client = yield* main(endpoint, way)
    if (client === null) return
    const known = yield* run.step('server', client.endpoint, () => findServer(client))
    if (known === null) return
    const around = yield* run.step('topology', client.endpoint, () => findAround(client, known.server))
    if (around !== null) yield* rest(known, [client])
  }

  try {
    const { ssh, endpoint } = profile
    const tunnel = ssh
      ? yield* run.step('ssh', hopName(ssh), async () => ({
          value: await dialer.tunnel(),
          findings: [message(ssh.jump === null ? 'connection-test.logged-in' : 'connection-test.jumped')],
        }))
      : undefined
    if (tunnel === null) return
    const limitMs = setup.timings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS
    const way: Way = { tunnel, clientKey: dialer.clientKey, limitMs }
    if (endpoint.kind === 'cluster') yield* cluster(endpoint.nodes, way)
    else if (endpoint.kind === 'sentinel') yield* sentinels(endpoint.nodes, endpoint.primary, way)
    else yield* single(endpoint, way)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', close)
    close()
  }
}
