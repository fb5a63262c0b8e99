import { createClient } from '@redis/client'
import { Redis } from 'ioredis'
import { StreamChannelBroker } from 'redis-streams-broker'
import type { TestRedis } from '../../../helpers/redis-server'
import { GROUP, KEY } from './recovery-kit'

/** A worker as people write them, on a client of the registry. What it processed it acks. */
export interface Worker {
  /** Ends it as a lost pod ends: nothing is acked any more. */
  kill(): Promise<void>
}

export interface WorkerSetup {
  readonly redis: TestRedis
  readonly consumer: string
  /** `new`: `>` only. `own`: its own pending list from 0 first, as after a restart. */
  readonly reads: 'new' | 'own'
  /** Of each entry, its field `n`; false: it hangs there, and acks nothing. */
  process(n: string): boolean
  /** Takes over by XAUTOCLAIM what is idle for so long. */
  readonly autoClaimMs?: number
}

export type StartWorker = (setup: WorkerSetup) => Promise<Worker>

/** node-redis, in a loop of XREADGROUP. */
export const nodeRedisWorker: StartWorker = async ({ redis, consumer, reads, process, autoClaimMs }) => {
  const client = createClient({ RESP: 2, socket: { host: redis.host, port: redis.port, reconnectStrategy: false } })
  client.on('error', () => undefined)
  await client.connect()
  let from = reads === 'own' ? '0' : '>'
  let isOver = false
  const work = async (entries: readonly Entry[]): Promise<void> => {
    for (const { id, message } of entries) {
      if (isOver || !process(message['n'] ?? '')) return
      await client.xAck(KEY, GROUP, id)
    }
  }
  const loop = async (): Promise<void> => {
    while (!isOver) {
      const reply = await client.xReadGroup(GROUP, consumer, { key: KEY, id: from }, { COUNT: 10, BLOCK: 50 })
      const entries =
        (reply as unknown as readonly { readonly messages: readonly Entry[] }[] | null)?.[0]?.messages ?? []
      await work(entries)
      if (from !== '>' && entries.length === 0) from = '>'
      if (autoClaimMs === undefined) continue
      const { messages } = await client.xAutoClaim(KEY, GROUP, consumer, autoClaimMs, '0-0')
      await work((messages as unknown as readonly (Entry | null)[]).filter((each) => each !== null))
    }
  }
  const ended = loop().catch(() => undefined)
  return {
    async kill() {
      isOver = true
      client.destroy()
      await ended
    },
  }
}

interface Entry {
  readonly id: string
  readonly message: Readonly<Record<string, string>>
}

/** redis-streams-broker on ioredis, which polls and hands on what it read. */
export const brokerWorker: StartWorker = async ({ redis, consumer, reads, process }) => {
  const client = new Redis({ host: redis.host, port: redis.port, protocol: 2, retryStrategy: () => null })
  client.on('error', () => undefined)
  let isOver = false
  // It does not expect its connection to go, and throws where nobody can catch it.
  const read = client.xreadgroup.bind(client) as (...args: unknown[]) => Promise<unknown>
  const quiet = (...args: unknown[]): Promise<unknown> =>
    read(...args).catch((error: unknown) => {
      if (isOver) return null
      throw error
    })
  Object.assign(client, { xreadgroup: quiet })
  const group = await new StreamChannelBroker(client, KEY).joinConsumerGroup(GROUP, '$')
  const handle = await group.subscribe(
    consumer,
    async (payloads) => {
      for (const each of payloads) {
        if (isOver || !process((each.payload as { readonly n: string }).n)) break
        await each.markAsRead()
      }
      return 10
    },
    50,
    10,
    undefined,
    reads === 'own',
  )
  return {
    kill() {
      isOver = true
      void group.unsubscribe(handle)
      client.disconnect()
      return Promise.resolve()
    },
  }
}
