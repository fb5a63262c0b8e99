import type { Logger } from 'pino'
import { isAppError } from '../../../shared/error'
import { keySlot } from '../../../shared/key-slot'
import type { ConnectionStatus, ServerInfo } from '../../../shared/model/connection'
import type { OwnedClient, RedisClient } from '../../redis/client'
import { createRoutedClient, type Nodes } from '../../redis/cluster/routed-client'
import { createSlotTable } from '../../redis/cluster/slot-table'
import type { NodeAddress, SlotMap } from '../../redis/cluster/slot-map'
import { needsPerson, unreachable, type UnreachableReason } from '../../redis/errors'
import { keepingUp } from '../../redis/sent-by'
import type { Topology } from '../../redis/topology'
import { createNotifier } from '../lib/notifier'
import { firstSlotMap, readSlotMap } from './cluster-map'
import { createClusterNodes, type ClusterNode } from './cluster-nodes'
import { keepUp } from './cluster-upkeep'
import { sharedServer } from './shared-server'

/** A node that has no more slots stays open for so long: commands may be on their way. */
const LEAVE_AFTER_MS = 30_000
/** So many nodes are asked at once who has which slots: one of them may hang. */
const ASKED_AT_ONCE = 3

export interface ClusterSessionOptions {
  readonly endpoint: () => string
  /** Where the cluster is looked for, in this order. */
  readonly seeds: () => readonly NodeAddress[]
  /** A client that is not open yet. */
  readonly connect: (address: NodeAddress) => Promise<OwnedClient>
  /** See `Reader`. */
  readonly origin: object
  /** What `standing` tells may be another now. */
  readonly changed: () => void
  readonly log: Logger
}

/** A cluster from its being opened to its being closed. */
export interface ClusterSession {
  readonly topology: Topology
  /** Throws UNREACHABLE where no primary can be reached; once `end` was called, it opens nothing more, and throws too. */
  open(): Promise<void>
  end(): void
  standing(): Pick<ConnectionStatus, 'state' | 'latencyMs' | 'server' | 'error' | 'nodes'>
  /** Asks every primary for the latency. */
  ping(): Promise<void>
  /** What the server of this key is. Throws UNREACHABLE where that is not known. */
  server(key: Buffer): ServerInfo
  /** See `Link`. */
  whenReady(key: Buffer, signal?: AbortSignal): Promise<boolean>
}

export function createClusterSession(options: ClusterSessionOptions): ClusterSession {
  const { endpoint, seeds, connect, origin, changed, log } = options
  const ended = new AbortController()
  const changes = createNotifier()
  const slots = createSlotTable()
  const notOpen = () => unreachable('not-open', endpoint())
  const throwIfEnded = (): void => {
    if (ended.signal.aborted) throw notOpen()
  }
  const tell = (): void => {
    changes.notify()
    changed()
  }

  const nodes = createClusterNodes({
    ...{ connect, log, changed: tell },
    route: (home) => createRoutedClient(routes, home, origin),
  })
  /** Known as a replica, and promoted since: what it was found to allow is no longer so. */
  const knowAsPrimary = async ({ link }: ClusterNode): Promise<void> => {
    if (link.status().server?.role === 'replica') await link.refresh().catch(() => undefined)
  }
  const ownerOfSlot = (slot: number): ClusterNode | null => {
    const address = slots.ownerOf(slot)
    return address === null ? null : nodes.at(address)
  }
  const ownerOrThrow = (slot: number): ClusterNode => {
    const node = ownerOfSlot(slot)
    if (node === null) throw slots.isKnown() ? unreachable('no-node', endpoint()) : notOpen()
    return node
  }
  const clientOfSlot = (slot: number): OwnedClient => nodes.clientOf(ownerOrThrow(slot))
  const routes: Nodes = {
    ownerOf: (key) => clientOfSlot(keySlot(key)),
    follow: ({ kind, slot, to }) =>
      keepingUp(async () => {
        throwIfEnded()
        const node = nodes.at(to)
        await knowAsPrimary(node)
        if (kind === 'moved') slots.moved(slot, to)
        changes.notify()
        if (node.link.client() === null) await node.link.open()
        return nodes.clientOf(node)
      }),
  }

  const primaries = (): readonly ClusterNode[] => slots.primaries().map((each) => nodes.at(each))
  const openOnes = (): readonly ClusterNode[] => primaries().filter(({ link }) => link.status().state === 'open')

  const take = (found: SlotMap): void => {
    slots.take(found)
    const owners = new Set(primaries())
    for (const node of [...nodes.all.values()]) {
      if (owners.has(node)) node.leftAtMs = null
      else node.leftAtMs ??= performance.now()
      if (node.leftAtMs !== null && performance.now() - node.leftAtMs > LEAVE_AFTER_MS) nodes.drop(node)
    }
  }
  const openAll = async (): Promise<void> => {
    const closed = primaries().filter(({ link }) => canBeOpened(link.status()))
    await Promise.allSettled(closed.map(({ link }) => link.open()))
  }
  const refresh = async (): Promise<void> => {
    const open = [...nodes.all.values()].filter(({ link }) => link.status().state === 'open')
    const from = Math.floor(Math.random() * open.length)
    const asked = [...open.slice(from), ...open.slice(0, from)].slice(0, ASKED_AT_ONCE)
    const found = await firstSlotMap(
      asked.map((node) => () => readSlotMap(nodes.clientOf(node), node.address)),
      notOpen(),
    )
    throwIfEnded()
    await Promise.all(found.primaries.map((each) => knowAsPrimary(nodes.at(each))))
    throwIfEnded()
    take(found)
    void openAll()
  }
  const findMap = async (): Promise<SlotMap> => {
    let last: unknown = notOpen()
    for (const seed of seeds()) {
      throwIfEnded()
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
  const upkeep = {
    changes,
    isWhole: () => slots.isSettled() && openOnes().length === slots.primaries().length,
    async refresh() {
      await refresh().catch((error: unknown) => {
        if (!isAppError(error)) log.error({ err: error }, 'reading the slots of a cluster failed')
      })
      if (!ended.signal.aborted) tell()
    },
  }

  const bySlot = new Map<number, RedisClient>()
  const clientOf = (key: Buffer): RedisClient => {
    const slot = keySlot(key)
    const known = bySlot.get(slot) ?? createRoutedClient(routes, () => clientOfSlot(slot), origin)
    bySlot.set(slot, known)
    return known
  }

  return {
    topology: {
      clientOf,
      serverOf: (key) => ownerOfSlot(keySlot(key))?.routed ?? clientOf(key),
      beside: (key, purpose) => clientOfSlot(keySlot(key)).beside(purpose),
      primaries: () => primaries().map(({ routed }) => routed),
      async layout() {
        await keepingUp(refresh).catch(() => undefined)
        return slots.layout()
      },
    },
    async open() {
      const found = await findMap()
      throwIfEnded()
      take(found)
      await openAll()
      throwIfEnded()
      // Joins what was tried, or tries once more, and says why.
      if (openOnes().length === 0) await primaries()[0]?.link.open()
      log.info({ endpoint: endpoint(), nodes: primaries().length }, 'cluster open')
      void keepUp(upkeep, ended.signal)
    },
    end() {
      ended.abort()
      for (const node of [...nodes.all.values()]) nodes.drop(node)
    },
    standing() {
      const open = openOnes()
      const latencies = open.flatMap(({ latencyMs }) => latencyMs ?? [])
      return {
        state: open.length > 0 ? 'open' : 'reconnecting',
        server: sharedServer(open.flatMap(({ link }) => link.status().server ?? [])),
        latencyMs: latencies.length > 0 ? Math.max(...latencies) : null,
        nodes: slots.primaries().map((each) => nodes.statusOf(nodes.at(each), each.slots)),
        error: open.length > 0 ? null : (primaries()[0]?.link.status().error ?? null),
      }
    },
    async ping() {
      const measure = async (node: ClusterNode): Promise<void> => {
        node.latencyMs =
          (await node.link
            .client()
            ?.ping()
            .catch(() => null)) ?? null
      }
      await Promise.all(openOnes().map(measure))
    },
    server(key) {
      const { name, link } = ownerOrThrow(keySlot(key))
      const { server } = link.status()
      if (server === null) throw unreachable('closed', name)
      return server
    },
    async whenReady(key, signal) {
      for (;;) {
        signal?.throwIfAborted()
        throwIfEnded()
        if (ownerOfSlot(keySlot(key))?.link.status().state === 'open') {
          // What was sent to another node counts as well: it may have had the slot by then.
          const isFenced = primaries().every(({ link }) => link.isFenced())
          const isComing = primaries().some(({ link }) => link.status().state === 'reconnecting')
          if (isFenced || !isComing) return isFenced
        }
        await changes.next(signal)
      }
    },
  }
}

/** It is closed, or gave up; what only a person can put right is not tried again and again. */
function canBeOpened({ state, error }: ConnectionStatus): boolean {
  if (state !== 'failed') return state === 'closed'
  const { reason } = (error?.data ?? {}) as { readonly reason?: UnreachableReason }
  return reason === undefined || !needsPerson(reason)
}
