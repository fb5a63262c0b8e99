import type { AddressPair, ConnectionProfile } from './model/connection'
import { nodesText, parseNodes } from './node-list'

interface Address {
  readonly host: string
  readonly port: number
}

/** Where a server that others announce by this address is reached from here: as the map says, else there. Not followed further. */
export function reachedAt<A extends Address>(address: A, map: readonly AddressPair[] | undefined): Address {
  const host = address.host.toLowerCase()
  return map?.find(({ from }) => from.host.toLowerCase() === host && from.port === address.port)?.to ?? address
}

/**
 * The map by which the servers of a profile are reached: of a cluster and of sentinels only, whoever wrote one into another.
 * Where a single server is, its endpoint says, and secrets go nowhere else.
 */
export function mapOf({ endpoint, addressMap }: ConnectionProfile): readonly AddressPair[] | undefined {
  return endpoint.kind === 'cluster' || endpoint.kind === 'sentinel' ? addressMap : undefined
}

/** One pair a line, `10.0.0.1:6379 -> localhost:7001`; null where a line is none, or one address is announced twice. */
export function parseAddressMap(text: string): readonly AddressPair[] | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const pairs = lines.filter(Boolean).map((line) => {
    const [from, to, ...more] = line.split(/\s*(?:->|→|=>|=)\s*/).map((side) => parseNodes(side) ?? [])
    const [[announced], [reachable]] = [from ?? [], to ?? []]
    const isPair = from?.length === 1 && to?.length === 1 && more.length === 0
    return isPair && announced && reachable ? { from: announced, to: reachable } : null
  })
  const known = pairs.filter((pair) => pair !== null)
  const announced = new Set(known.map(({ from }) => nodesText([from]).toLowerCase()))
  return known.length === pairs.length && announced.size === pairs.length ? known : null
}

export function addressMapText(map: readonly AddressPair[] | undefined): string {
  return (map ?? []).map(({ from, to }) => `${nodesText([from])} -> ${nodesText([to])}`).join('\n')
}
