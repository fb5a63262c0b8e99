import { Redis } from 'ioredis'
import type { Argument } from './reader-writer'
import type { Reply } from './reply'

/** A command with its arguments, of any kind: the sandbox fills its own server with what the product never sends. */
export type WorkloadLine = readonly [command: string, ...args: Argument[]]

/** Any command at all, binary-safe. For the sandbox alone (a rule of the layers keeps everyone else out). */
export interface WorkloadClient {
  open(): Promise<void>
  call(...line: WorkloadLine): Promise<Reply>
  /** In one round trip. Throws the first error that the server gave. */
  pipeline(lines: readonly WorkloadLine[]): Promise<readonly Reply[]>
  /** Ends it at once; a command in flight is rejected. */
  close(): void
}

export interface WorkloadTarget {
  readonly host: string
  readonly port: number
  readonly password: string
}

/**
 * A connection like that of any service. Once it was open it reconnects by itself, and nothing is sent twice. `onTrouble`
 * hears of lost connections; a command that was in flight rejects as well.
 */
export function createWorkloadClient(
  target: WorkloadTarget,
  name: string,
  onTrouble: (error: Error) => void = () => undefined,
): WorkloadClient {
  let wasOpen = false
  const redis = new Redis({
    ...target,
    connectionName: name,
    connectTimeout: 5_000,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    stringNumbers: true,
    protocol: 2, // one shape of XREADGROUP's reply on every server
    retryStrategy: (attempt) => (wasOpen ? Math.min(100 * attempt, 2_000) : null),
  })
  redis.on('error', onTrouble)

  return {
    async open() {
      await redis.connect()
      await redis.callBuffer('PING', [])
      wasOpen = true
    },
    async call(command, ...args) {
      return (await redis.callBuffer(command, args)) as Reply
    },
    async pipeline(lines) {
      const pipeline = redis.pipeline()
      for (const [command, ...args] of lines) pipeline.callBuffer(command, args)
      const results = (await pipeline.exec()) ?? []
      return results.map(([error, reply], at) => {
        if (!error) return reply as Reply
        throw new Error(`${lines[at]?.[0] ?? ''} ${String(lines[at]?.[1] ?? '')}: ${error.message}`, { cause: error })
      })
    },
    close() {
      wasOpen = false
      redis.disconnect()
    },
  }
}
