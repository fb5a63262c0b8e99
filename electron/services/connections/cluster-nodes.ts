import type { Logger } from 'pino'
import type { NodeStatus } from '../../../shared/model/connection'
import type { OwnedClient, RedisClient } from '../../redis/client'
import { addressName, MOST_PRIMARIES, type NodeAddress } from '../../redis/cluster/slot-map'
import { unreachable } from '../../redis/errors'
import { createServerLink, type ServerLink } from './server-link'

/** Primaries, and what redirections and seeds name beside them. */
const MOST_NODES = 2 * MOST_PRIMARIES

/** One node of a cluster, and the connection to it. */
export interface ClusterNode {
  readonly name: string
  readonly address: NodeAddress
  readonly link: ServerLink
  /** Commands for this node, which follow a key that has left it. */
  readonly routed: RedisClient
  /** Since when the cluster names it no more, ms of `performance.now`; null: it has slots. */
  leftAtMs: number | null
  latencyMs: number | null
  readonly ended: AbortController
}

export interface ClusterNodes {
  readonly all: ReadonlyMap<string, ClusterNode>
  /** The node at this address, made when it is not known yet: then it is not open. Throws UNREACHABLE beyond what a cluster has. */
  at(address: NodeAddress): ClusterNode
  /** Closes it, and forgets it. */
  drop(node: ClusterNode): void
  /** The client of a node. Throws UNREACHABLE where it does not answer. */
  clientOf(node: ClusterNode): OwnedClient
  statusOf(node: ClusterNode, slots: number): NodeStatus
}

export interface ClusterNodesOptions {
  readonly connect: (address: NodeAddress) => Promise<OwnedClient>
  readonly route: (home: () => RedisClient) => RedisClient
  /** One was lost, is back, or failed. */
  readonly changed: (node: ClusterNode) => void
  readonly log: Logger
}

/** The connections of a cluster, one to each node that was met. */
export function createClusterNodes({ connect, route, changed, log }: ClusterNodesOptions): ClusterNodes {
  const all = new Map<string, ClusterNode>()

  const clientOf = (node: ClusterNode): OwnedClient => {
    const client = node.link.client()
    if (client === null) throw unreachable('closed', node.name)
    return client
  }
  const follow = async (node: ClusterNode): Promise<void> => {
    for await (const { state } of node.link.states(node.ended.signal)) {
      if (state !== 'connecting') changed(node)
    }
  }
  const make = (address: NodeAddress): ClusterNode => {
    const name = addressName(address)
    if (all.size >= MOST_NODES) throw unreachable('other', name)
    const link = createServerLink({ connectionId: name, endpoint: () => name, connect: () => connect(address), log })
    const node: ClusterNode = {
      ...{ name, address, link, leftAtMs: null, latencyMs: null },
      routed: route(() => clientOf(node)),
      ended: new AbortController(),
    }
    all.set(name, node)
    void follow(node)
    return node
  }

  return {
    all,
    at: (address) => all.get(addressName(address)) ?? make(address),
    drop(node) {
      all.delete(node.name)
      node.ended.abort()
      node.link.close()
    },
    clientOf,
    statusOf({ name, link, latencyMs }, slots) {
      const { state, error, server } = link.status()
      return { endpoint: name, state, slots, version: server?.version ?? null, latencyMs, error }
    },
  }
}
