import type { ServerInfo } from '../../../../shared/model/connection'
import { message } from '../../../../shared/words/messages'
import type { OwnedClient } from '../../../redis/client'
import { addressName, SLOTS, type NodeAddress } from '../../../redis/cluster/slot-map'
import { readServerInfo } from '../capabilities'
import { readSlotMap } from '../cluster-map'
import type { Found } from './steps'

const MOST_NAMES = 3

export interface FoundCluster {
  readonly clients: readonly OwnedClient[]
  readonly servers: readonly ServerInfo[]
}

/** Who has the slots, and whether each of those is reached from here by the address that the cluster has for it. */
export async function findCluster(
  client: OwnedClient,
  node: NodeAddress,
  opened: (address: NodeAddress) => Promise<OwnedClient>,
): Promise<Found<FoundCluster>> {
  const { primaries } = await readSlotMap(client, node)
  const asked = await Promise.allSettled(
    primaries.map(async (primary) => {
      const made = await opened(primary)
      return { client: made, server: await readServerInfo(made) }
    }),
  )
  const reached = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const silent = primaries.filter((_, at) => asked[at]?.status === 'rejected').map(addressName)
  const slots = primaries.reduce((sum, primary) => sum + primary.slots, 0)
  const lacks = slots < SLOTS
  return {
    value: { clients: reached.map((each) => each.client), servers: reached.map(({ server }) => server) },
    findings: [
      message('connection-test.slots', { primaries: primaries.length, slots }),
      ...(silent.length === 0
        ? []
        : [
            message('connection-test.nodes-silent', {
              names: silent.slice(0, MOST_NAMES),
              more: Math.max(0, silent.length - MOST_NAMES),
            }),
          ]),
    ],
    warn: lacks || silent.length > 0,
    next:
      silent.length > 0
        ? message('connection-test.nodes-silent-next')
        : lacks
          ? message('connection-test.slots-next')
          : null,
  }
}
