import type { ServerInfo } from '../../../../shared/model/connection'
import { message } from '../../../../shared/words/messages'
import type { OwnedClient } from '../../../redis/client'
import { isUnavailable } from '../../../redis/errors'
import type { Reader } from '../../../redis/reader-writer'
import { replicaState } from '../../../redis/replication'
import { scanStreams } from '../../../redis/scan'
import { readServerInfo } from '../capabilities'
import type { Found } from './steps'

const SCAN_COUNT = 1_000
const MOST_SCANS = 50
const MOST_SCAN_MS = 1_500

export interface Known {
  readonly server: ServerInfo
  readonly latencyMs: number | null
}

/** What it is, and how far away. */
export async function findServer(client: OwnedClient): Promise<Found<Known>> {
  const server = await readServerInfo(client)
  const latencyMs = await client.ping()
  const { product, version, mode, role } = server
  const findings = [
    message('connection-test.is', { product, version, mode }),
    ...(role === 'unknown' ? [] : [message('connection-test.role', { role })]),
    ...(latencyMs === null ? [] : [message('connection-test.round-trip', { ms: latencyMs })]),
  ]
  return { value: { server, latencyMs }, findings }
}

/** What else belongs to a server that was opened by itself. */
export async function findAround(client: OwnedClient, { betterWay, role }: ServerInfo): Promise<Found<true>> {
  if (betterWay === null && role !== 'replica') return { value: true, findings: [message('connection-test.alone')] }
  const state = role === 'replica' ? await replicaState(client.reader).catch(() => null) : null
  const part = betterWay === null ? [] : [message('connection-test.part-of', { kind: betterWay.kind })]
  const follows =
    state === null || state === 'primary' ? [] : [message('connection-test.follows', { link: state.link })]
  const next = betterWay === null ? null : message('connection-test.take-way-next')
  return { value: true, findings: [...part, ...follows], warn: true, next }
}

/** Streams of these servers, as far as a moment's search goes. */
export async function findStreams(
  readers: readonly Reader[],
  { capabilities }: ServerInfo,
  db: number,
  signal: AbortSignal,
): Promise<Found<true>> {
  const until = performance.now() + MOST_SCAN_MS
  let [found, scanned, isAll] = [0, 0, true]
  try {
    for (const reader of readers) {
      let cursor = '0'
      for (let turn = 0; ; turn += 1) {
        signal.throwIfAborted()
        if (turn >= MOST_SCANS || performance.now() > until) {
          isAll = false
          break
        }
        const step = await scanStreams(reader, cursor, SCAN_COUNT, capabilities.scanType.available)
        found += step.keys.length
        scanned += step.scanned
        cursor = step.cursor
        if (cursor === '0') break
      }
    }
  } catch (error) {
    if (!isUnavailable(error)) throw error
    return {
      value: true,
      findings: [message('connection-test.scan-denied')],
      warn: true,
      next: message('connection-test.scan-denied-next'),
    }
  }
  const none = found === 0 && isAll
  return {
    value: true,
    findings: [message('connection-test.streams', { found, scanned, isAll })],
    warn: none,
    next: none ? message('connection-test.no-streams-next', { db }) : null,
  }
}
