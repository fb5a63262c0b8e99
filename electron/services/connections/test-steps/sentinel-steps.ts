import { message } from '../../../../shared/words/messages'
import type { OwnedClient } from '../../../redis/client'
import { addressName } from '../../../redis/cluster/slot-map'
import { unreachable } from '../../../redis/errors'
import { namedPeers, namedPrimary, watchedPrimaries, type NamedPrimary } from '../../../redis/sentinel/primary-address'
import { sentinelError } from '../sentinels'
import { StepFailure, type Found } from './steps'

export type Named = NamedPrimary

/** Whom a sentinel takes for the primary, and whether those asked before it say the same. */
export async function findSentinel(client: OwnedClient, name: string, before: readonly Named[]): Promise<Found<Named>> {
  const { reader, endpoint } = client
  const because = (error: unknown): never => {
    throw sentinelError(error, endpoint)
  }
  const named = await namedPrimary(reader, name).catch(because)
  if (named === null) {
    const watched = await watchedPrimaries(reader).catch(() => [])
    const others = watched.length === 0 ? [] : [message('connection-test.watches', { names: [...watched] })]
    const error = unreachable('no-such-primary', endpoint)
    throw new StepFailure(
      error,
      [message('connection-test.knows-none', { name }), ...others],
      message('connection-test.knows-none-next'),
    )
  }
  const peers = await namedPeers(reader, name).catch(() => [])
  const address = addressName(named.address)
  const agrees = before.every((each) => addressName(each.address) === address)
  return {
    value: named,
    findings: [
      message('connection-test.names-primary', { address }),
      message('connection-test.knows-peers', { peers: peers.length }),
      ...(agrees ? [] : [message('connection-test.disagree')]),
    ],
    warn: !agrees,
  }
}

/** Of the newest configuration; null: nobody named one. */
export function newestOf(named: readonly Named[]): Named | null {
  return named.reduce<Named | null>((a, b) => (a && a.epoch >= b.epoch ? a : b), null)
}
