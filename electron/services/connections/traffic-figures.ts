import type { ConnectionStatus, TrafficFigures } from '../../../shared/model/connection'
import type { Traffic } from '../../redis/traffic'
import type { Link } from './link'

/** A rate is of so long at least: shorter ones jump. */
const SHORTEST_MS = 1_500
/** One that nobody looked at for longer says nothing of now. */
const LONGEST_MS = 30_000

/** The link, whose status tells what goes over its connections. */
export function withTraffic(link: Link, traffic: Readonly<Traffic>, now = () => performance.now()): Link {
  let from = { at: now(), ...traffic }
  let rates: Pick<TrafficFigures, 'sentPerSecond' | 'receivedPerSecond'> = {
    ...{ sentPerSecond: null, receivedPerSecond: null },
  }
  const figures = (): TrafficFigures => {
    const ms = now() - from.at
    if (ms >= SHORTEST_MS) {
      const perSecond = (bytes: number): number => Math.round((bytes * 1_000) / ms)
      const { sent, received } = traffic
      rates =
        ms > LONGEST_MS
          ? { sentPerSecond: null, receivedPerSecond: null }
          : { sentPerSecond: perSecond(sent - from.sent), receivedPerSecond: perSecond(received - from.received) }
      from = { at: now(), ...traffic }
    }
    return { reconnects: traffic.reconnects, ...rates }
  }
  const told = (status: ConnectionStatus): ConnectionStatus => ({ ...status, traffic: figures() })
  async function* toldOf(all: AsyncGenerator<ConnectionStatus, void>): AsyncGenerator<ConnectionStatus, void> {
    for await (const status of all) yield told(status)
  }
  return {
    ...link,
    status: () => told(link.status()),
    open: async () => told(await link.open()),
    watch: (signal) => toldOf(link.watch(signal)),
    states: (signal) => toldOf(link.states(signal)),
  }
}
