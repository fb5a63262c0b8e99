import { setTimeout as delay } from 'node:timers/promises'
import { isAppError } from '../../../shared/error'
import type { OwnedClient } from '../../redis/client'
import { addressName, type NodeAddress } from '../../redis/cluster/slot-map'
import { unreachable } from '../../redis/errors'
import { ReplyShapeError } from '../../redis/reply'
import { namedPeers, namedPrimary, type NamedPrimary } from '../../redis/sentinel/primary-address'

/** How long the others may take once one has answered: a newer word may be among theirs. */
const OTHERS_MS = 300

/** The sentinels of one primary. */
export interface Sentinels {
  /**
   * The primary by the newest configuration that one of them knows; of all that answer in time, or soon after the first.
   * Throws UNREACHABLE: none answers, none lets us in, or none knows the name.
   */
  primary(ofAll: boolean): Promise<NamedPrimary>
  /** Ends every connection to them. They are made anew when they are asked again. */
  close(): void
}

export interface SentinelsOptions {
  /** The sentinels that a person named. */
  readonly seeds: () => readonly NodeAddress[]
  /** How the primary is called. */
  readonly name: () => string
  /** How the connection is called, where it is no single sentinel's fault. */
  readonly endpoint: () => string
  /** A client that is not open yet. */
  readonly connect: (address: NodeAddress) => Promise<OwnedClient>
}

type Answer = { readonly named: NamedPrimary | null } | { readonly error: unknown }

export function createSentinels({ seeds, name, endpoint, connect }: SentinelsOptions): Sentinels {
  const clients = new Map<string, Promise<OwnedClient>>()
  /** Those that were named by others: the seeds may be gone one day. */
  let peers: readonly NodeAddress[] = []

  const opened = (address: NodeAddress): Promise<OwnedClient> => {
    const at = addressName(address)
    const known = clients.get(at)
    if (known) return known
    const made = connect(address).then(async (client) => {
      await client.open()
      return client
    })
    clients.set(at, made)
    return made
  }
  /** It is made anew when it is asked again. */
  const forget = (address: NodeAddress): void => {
    void clients.get(addressName(address))?.then(
      (client) => client.close(),
      () => undefined,
    )
    clients.delete(addressName(address))
  }
  const ask = async (address: NodeAddress): Promise<Answer> => {
    try {
      const client = await opened(address)
      const named = await namedPrimary(client.reader, name())
      if (named !== null && peers.length === 0) peers = await namedPeers(client.reader, name()).catch(() => [])
      return { named }
    } catch (error) {
      if (isAppError(error, 'UNREACHABLE')) forget(address)
      return { error: sentinelError(error, addressName(address)) }
    }
  }
  const all = (): readonly NodeAddress[] => [
    ...new Map([...seeds(), ...peers].map((each) => [addressName(each), each])).values(),
  ]

  return {
    async primary(ofAll) {
      const asked = all().map(ask)
      const answers = await (ofAll ? Promise.all(asked) : soonAfterFirst(asked))
      const named = answers.flatMap((answer) => ('named' in answer && answer.named ? [answer.named] : []))
      const newest = named.reduce<NamedPrimary | null>((a, b) => (a && a.epoch >= b.epoch ? a : b), null)
      if (newest) return newest
      if (answers.some((answer) => 'named' in answer)) throw unreachable('no-such-primary', endpoint())
      const [why] = answers.flatMap((answer) => ('error' in answer ? [answer.error] : []))
      throw why instanceof Error ? why : unreachable('other', endpoint())
    },
    close() {
      for (const made of clients.values()) void made.then((client) => client.close()).catch(() => undefined)
      clients.clear()
    },
  }
}

/** All answers; or those that have come so long after the first that names a primary. */
async function soonAfterFirst(asked: readonly Promise<Answer>[]): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  const each = asked.map(async (one) => {
    const answer = await one
    answers.push(answer)
    if ('error' in answer || answer.named === null) throw new Error('tells nothing')
  })
  const told = Promise.any(each).then(
    () => delay(OTHERS_MS, undefined, { ref: false }),
    () => undefined,
  )
  await Promise.race([Promise.allSettled(each), told])
  return [...answers]
}

/** Why a sentinel tells nothing. */
export function sentinelError(error: unknown, endpoint: string): unknown {
  if (error instanceof ReplyShapeError) return unreachable('not-sentinel', endpoint)
  if (isAppError(error, 'UNSUPPORTED')) return unreachable('not-sentinel', endpoint)
  if (isAppError(error, 'REDIS')) {
    const denied = error.data.prefix === 'NOPERM'
    return denied ? unreachable('sentinel-denied', endpoint) : unreachable('not-sentinel', endpoint, error.data.reply)
  }
  if (isAppError(error, 'UNREACHABLE') && error.data.reason.startsWith('password')) {
    return unreachable('sentinel-denied', endpoint)
  }
  return error
}
