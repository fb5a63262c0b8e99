import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionStatus } from '../../shared/model/connection'
import type { MonitoringEvent } from '../../shared/model/monitoring'
import type { HostClient } from './host-client'

type Client = HostClient['client']

/** As a page does that shows the connection and its first 30 streams: when each was read last, by its key. `prefix`: of their names. */
export async function follow(...told: Parameters<typeof followStreams>): Promise<void> {
  const [client, connectionId, signal] = told
  await Promise.all([followStreams(...told), followStatus(client, connectionId, signal)])
}

/** Asks for the latency, every 2 s. */
async function followStatus(client: Client, connectionId: string, signal: AbortSignal): Promise<void> {
  const told: AsyncIterable<ConnectionStatus> = await client.connection.watch({ connectionId }, { signal })
  for await (const { state } of told) if (state === 'closed') return
}

async function followStreams(
  client: Client,
  connectionId: string,
  signal: AbortSignal,
  readAtMs: Map<string, number>,
  prefix: string,
): Promise<void> {
  const events: AsyncIterable<MonitoringEvent> = await client.monitoring.watch({ connectionId }, { signal })
  for await (const event of events) {
    if (event.kind === 'begin') {
      const shown = { keys: Array.from({ length: 30 }, (_, at) => `${prefix}${at}`), findings: 24, hidden: false }
      await client.monitoring.show({ connectionId, watchId: event.watchId, ...shown })
    }
    if (event.kind !== 'streams') continue
    for (const report of event.streams) readAtMs.set(JSON.stringify(report.summary.key), report.readAtMs)
  }
}

export async function until(isSo: () => boolean): Promise<void> {
  const began = performance.now()
  while (!isSo()) {
    if (performance.now() - began > 120_000) throw new Error('waited in vain for all streams to be read')
    await delay(20)
  }
}
