import { asList, asNumber, asText, ReplyShapeError, type Reply } from '../reply'

/** A node as the cluster names it. */
export interface NodeAddress {
  readonly host: string
  readonly port: number
}

/** Who has which of the 16384 slots. */
export interface SlotMap {
  /** Those that have slots. */
  readonly primaries: readonly Primary[]
  /** By slot; null: nobody has it. */
  ownerOf(slot: number): NodeAddress | null
}

export interface Primary extends NodeAddress {
  readonly slots: number
  readonly replicas: readonly NodeAddress[]
}

export const SLOTS = 16_384
/** https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/: “up to 1000 nodes”. */
export const MOST_PRIMARIES = 1_000

export function addressName({ host, port }: NodeAddress): string {
  return `${host}:${port}`
}

/**
 * CLUSTER SLOTS. A node that does not know its own address gives none: then it is the one that was asked. A node whose
 * address nobody knows (`?`) is left out, and its slots are nobody's. Throws ReplyShapeError for what no cluster says. https://redis.io/docs/latest/commands/cluster-slots/
 */
export function parseClusterSlots(reply: Reply, asked: NodeAddress): SlotMap {
  const owners: (NodeAddress | null)[] = Array<NodeAddress | null>(SLOTS).fill(null)
  const primaries = new Map<string, { address: NodeAddress; slots: number; replicas: Map<string, NodeAddress> }>()
  for (const range of asList(reply)) {
    const [from, to, primary, ...replicas] = asList(range)
    const address = primary === undefined ? null : addressOf(primary, asked)
    if (address === null) continue
    const name = addressName(address)
    const known = primaries.get(name) ?? { address, slots: 0, replicas: new Map<string, NodeAddress>() }
    primaries.set(name, known)
    if (primaries.size > MOST_PRIMARIES) throw new ReplyShapeError('more nodes than a cluster has')
    const first = Math.max(0, asNumber(from ?? null))
    const last = Math.min(SLOTS - 1, asNumber(to ?? null))
    for (let slot = first; slot <= last; slot += 1) owners[slot] = known.address
    known.slots += Math.max(0, last - first + 1)
    for (const replica of replicas) {
      const at = addressOf(replica, asked)
      if (at !== null) known.replicas.set(addressName(at), at)
    }
  }
  return {
    primaries: [...primaries.values()].map(({ address, slots, replicas }) => ({
      ...address,
      slots,
      replicas: [...replicas.values()],
    })),
    ownerOf: (slot) => owners[slot] ?? null,
  }
}

function addressOf(node: Reply, asked: NodeAddress): NodeAddress | null {
  const [host = null, port = null] = asList(node)
  const named = host === null ? '' : asText(host)
  if (named === '?') return null
  return { host: named === '' ? asked.host : named, port: asNumber(port) }
}
