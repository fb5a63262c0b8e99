import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { isAppError } from '../../../shared/error'
import { keySlot } from '../../../shared/key-slot'
import type { ConnectionStatus, ServerInfo } from '../../../shared/model/connection'
import type { OwnConnection, OwnedClient, RedisClient } from '../../redis/client'
import { createRoutedClient, type Nodes } from '../../redis/cluster/routed-client'
import { addressName, SLOTS, type NodeAddress, type SlotMap } from '../../redis/cluster/slot-map'
import { unreachable } from '../../redis/errors'
import type { Topology } from '../../redis/topology'
import { errorInfo } from '../lib/error-info'
import { createLatest } from '../lib/latest-values'
import { createNotifier } from '../lib/notifier'
import { firstSlotMap, readSlotMap } from './cluster-map'
import { createClusterNodes, type ClusterNode } from './cluster-nodes'
import type { Link } from './link'
import { sharedServer } from './shared-server'

/** How often the cluster is asked who has which slots, while all is well. */
const CALM_MS = 30_000
/** While a node does not answer or a slot has nobody: at first, and after ever more tries that change nothing. */
const TROUBLE_MS = 250
const MOST_TROUBLE_MS = 5_000
/** A node that has no more slots stays open for so long: commands may be on their way. */
const LEAVE_AFTER_MS = 30_000
const PING_EVERY_MS = 2_000

export interface ClusterLinkOptions {
  readonly connectionId: string
  /** How the connection is called, and where the cluster is looked for: in this order. */
  readonly endpoint: () => string
  readonly seeds: () => readonly NodeAddress[]
  /** A client that is not open yet. */
  readonly connect: (address: NodeAddress) => Promise<OwnedClient>
  readonly log: Logger
}

/**
 * The connection to a cluster: to each of its primaries. It is open while one of them answers; what lies on another is
 * UNREACHABLE, and nothing else is held up by it. Who has which slot is learned from the cluster: at first from a seed,
 * then whenever a node redirects or is lost, and every 30 s.
 */
export function createClusterLink({ connectionId, endpoint, seeds, connect, log }: ClusterLinkOptions): Link {
  const latest = createLatest<ConnectionStatus>()
  const changes = createNotifier()
  const origin = {}
  let map: SlotMap | null = null
  /** What redirections told since the map was read. */
  const moved = new Map<number, NodeAddress>()
  /** Counts the times that slots were found with others than before. */
  let layout = 0
  let topology: Topology | null = null
  let opening: Promise<void> | null = null
  let ended = new AbortController()
  let watchers = 0
  let status: ConnectionStatus = {
    connectionId,
    state: 'closed',
    latencyMs: null,
    server: null,
    error: null,
    nodes: [],
  }
  latest.set(connectionId, status)
  const set = (change: Partial<ConnectionStatus>): void => {
    status = { ...status, ...change }
    latest.set(connectionId, status)
    changes.notify()
  }
  const notOpen = () => unreachable('not-open', endpoint())

  const nodes = createClusterNodes({
    ...{ connect, log },
    route: (home) => createRoutedClient(routes, home, origin),
    changed: () => topology && publish(),
  })
  /** Known as a replica, and promoted since: what it was found to allow is no longer so. */
  const knowAsPrimary = async ({ link }: ClusterNode): Promise<void> => {
    if (link.status().server?.role === 'replica') await link.refresh().catch(() => undefined)
  }
  const ownerOfSlot = (slot: number): ClusterNode | null => {
    const address = moved.get(slot) ?? map?.ownerOf(slot) ?? null
    return address === null ? null : nodes.at(address)
  }
  const clientOfSlot = (slot: number): OwnedClient => {
    const node = ownerOfSlot(slot)
    if (node === null) throw map === null ? notOpen() : unreachable('no-node', endpoint())
    return nodes.clientOf(node)
  }
  const routes: Nodes = {
    ownerOf: (key) => clientOfSlot(keySlot(key)),
    async follow({ kind, slot, to }) {
      if (map === null) throw notOpen()
      const node = nodes.at(to)
      await knowAsPrimary(node)
      if (kind === 'moved') moved.set(slot, to)
      changes.notify()
      if (node.link.client() === null) await node.link.open()
      return nodes.clientOf(node)
    },
  }

  const primaries = (): readonly ClusterNode[] => (map?.primaries ?? []).map((each) => nodes.at(each))
  const openOnes = (): readonly ClusterNode[] => primaries().filter(({ link }) => link.status().state === 'open')
  const publish = (): void => {
    const open = openOnes()
    const latencies = open.flatMap(({ latencyMs }) => latencyMs ?? [])
    set({
      state: open.length > 0 ? 'open' : 'reconnecting',
      server: sharedServer(open.flatMap(({ link }) => link.status().server ?? [])) ?? status.server,
      latencyMs: latencies.length > 0 ? Math.max(...latencies) : null,
      nodes: (map?.primaries ?? []).map((each) => nodes.statusOf(nodes.at(each), each.slots)),
      error: open.length > 0 ? null : (primaries()[0]?.link.status().error ?? null),
    })
  }

  const take = (found: SlotMap): void => {
    if (map === null || !hasSameOwners(map, found)) layout += 1
    map = found
    moved.clear()
    const owners = new Set(primaries())
    for (const node of nodes.all.values()) {
      if (owners.has(node)) node.leftAtMs = null
      else node.leftAtMs ??= performance.now()
      if (node.leftAtMs !== null && performance.now() - node.leftAtMs > LEAVE_AFTER_MS) nodes.drop(node)
    }
  }
  /** Those that are closed, or gave up; a password that was refused is not tried again and again. */
  const openAll = async (): Promise<void> => {
    const closed = primaries().filter(({ link }) => canBeOpened(link.status()))
    await Promise.allSettled(closed.map(({ link }) => link.open()))
  }
  const ask = (node: ClusterNode) => () => readSlotMap(nodes.clientOf(node), node.address)
  /** What was closed meanwhile opens nothing any more. */
  const refresh = async (): Promise<void> => {
    const { signal } = ended
    const ready = [...nodes.all.values()].filter(({ link }) => link.status().state === 'open')
    const found = await firstSlotMap(ready.map(ask), notOpen())
    if (signal.aborted) return
    await Promise.all(found.primaries.map((each) => knowAsPrimary(nodes.at(each))))
    if (signal.aborted) return
    take(found)
    void openAll()
  }
  const isWhole = (): boolean =>
    map !== null && moved.size === 0 && openOnes().length === map.primaries.length && covers(map)

  /** As long as it is open. */
  const keepUp = async (signal: AbortSignal): Promise<void> => {
    let troubleMs = TROUBLE_MS
    while (!signal.aborted) {
      const woken = new AbortController()
      const waitMs = isWhole() ? CALM_MS : troubleMs
      const wake = AbortSignal.any([signal, woken.signal])
      await Promise.race([
        delay(waitMs, undefined, { signal: wake, ref: false }).catch(() => undefined),
        becomesBroken(wake),
      ])
      woken.abort()
      if (signal.aborted) return
      troubleMs = isWhole() ? TROUBLE_MS : Math.min(troubleMs * 2, MOST_TROUBLE_MS)
      await refresh().catch((error: unknown) => {
        if (!isAppError(error)) log.error({ err: error }, 'reading the slots of a cluster failed')
      })
      if (!signal.aborted) publish()
    }
  }
  /** Resolves when what was whole is so no more. */
  const becomesBroken = async (signal: AbortSignal): Promise<void> => {
    if (!isWhole()) return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    while (!signal.aborted && isWhole()) await changes.next(signal)
  }
  const pingAll = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && watchers > 0) {
      await Promise.all(
        openOnes().map(async (node) => {
          node.latencyMs =
            (await node.link
              .client()
              ?.ping()
              .catch(() => null)) ?? null
        }),
      )
      if (signal.aborted) return
      if (topology) publish()
      await delay(PING_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  const findMap = async (signal: AbortSignal): Promise<SlotMap> => {
    let last: unknown = notOpen()
    for (const seed of seeds()) {
      if (signal.aborted) break
      const node = nodes.at(seed)
      try {
        await node.link.open()
        return await readSlotMap(nodes.clientOf(node), seed)
      } catch (error) {
        if (!isAppError(error, 'UNREACHABLE')) throw error
        last = error
      }
    }
    throw last
  }
  const closeAll = (): void => {
    ended.abort()
    ended = new AbortController()
    for (const node of [...nodes.all.values()]) nodes.drop(node)
    map = null
    moved.clear()
    topology = null
  }
  const attempt = async (): Promise<void> => {
    const { signal } = ended
    set({ state: 'connecting', latencyMs: null, server: null, error: null, nodes: [] })
    try {
      const found = await findMap(signal)
      if (signal.aborted) throw notOpen()
      take(found)
      await openAll()
      if (signal.aborted) throw notOpen()
      if (openOnes().length === 0) throw await reasonOf(primaries()[0])
      topology = makeTopology()
      publish()
      log.info({ endpoint: endpoint(), nodes: primaries().length }, 'cluster open')
      void keepUp(signal)
      if (watchers > 0) void pingAll(signal)
    } catch (error) {
      if (signal.aborted) throw notOpen()
      closeAll()
      set({ state: 'failed', error: errorInfo(error) })
      throw error
    }
  }
  const reasonOf = async (node: ClusterNode | undefined): Promise<unknown> =>
    node?.link.open().then(notOpen, (error: unknown) => error) ?? notOpen()

  const makeTopology = (): Topology => {
    const bySlot = new Map<number, RedisClient>()
    const clientOf = (key: Buffer): RedisClient => {
      const slot = keySlot(key)
      const known = bySlot.get(slot) ?? createRoutedClient(routes, () => clientOfSlot(slot), origin)
      bySlot.set(slot, known)
      return known
    }
    return {
      clientOf,
      serverOf: (key) => ownerOfSlot(keySlot(key))?.routed ?? clientOf(key),
      beside: (key, purpose): OwnConnection => clientOfSlot(keySlot(key)).beside(purpose),
      primaries: () => primaries().map(({ routed }) => routed),
      layout: async () => {
        await refresh().catch(() => undefined)
        return layout
      },
    }
  }

  return {
    topology: () => topology,
    server(key): ServerInfo | null {
      return ownerOfSlot(keySlot(key))?.link.status().server ?? null
    },
    status: () => status,
    async open() {
      if (topology === null && opening === null) {
        const mine = attempt().finally(() => {
          if (opening === mine) opening = null
        })
        opening = mine
      }
      await opening
      return status
    },
    close() {
      closeAll()
      opening = null
      set({ state: 'closed', latencyMs: null, server: null, error: null, nodes: [] })
    },
    async *watch(signal) {
      watchers += 1
      if (watchers === 1 && topology) void pingAll(ended.signal)
      try {
        yield* latest.watch(signal)
      } finally {
        watchers -= 1
      }
    },
    states: (signal) => latest.watch(signal),
    async whenReady(key, signal) {
      for (;;) {
        signal?.throwIfAborted()
        if (topology === null) throw notOpen()
        const owner = ownerOfSlot(keySlot(key))
        if (owner?.link.status().state === 'open') {
          const isFenced = primaries().every(({ link }) => link.client()?.isFenced() ?? false)
          const isComing = primaries().some(({ link }) => link.status().state === 'reconnecting')
          if (isFenced || !isComing) return isFenced
        }
        await changes.next(signal)
      }
    },
  }
}

function hasSameOwners(a: SlotMap, b: SlotMap): boolean {
  const name = (map: SlotMap, slot: number): string | null => {
    const owner = map.ownerOf(slot)
    return owner && addressName(owner)
  }
  return Array.from({ length: SLOTS }, (_, slot) => slot).every((slot) => name(a, slot) === name(b, slot))
}

function canBeOpened({ state, error }: ConnectionStatus): boolean {
  if (state !== 'failed') return state === 'closed'
  const { reason } = (error?.data ?? {}) as { readonly reason?: string }
  return reason?.startsWith('password') !== true
}

function covers(map: SlotMap): boolean {
  return map.primaries.reduce((sum, { slots }) => sum + slots, 0) === SLOTS
}
