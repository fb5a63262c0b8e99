import { setTimeout as pause } from 'node:timers/promises'
import type { TestRedis } from '../../../helpers/redis-server'

export interface Workers {
  /** Resolves once so many more were added. */
  added(more: number): Promise<void>
  /** Does something between two of their steps, once all that was added is read. */
  quietly<T>(work: () => Promise<T>): Promise<T>
  /** What was added, what was delivered, and the ids of what was read and never acked; each in order. */
  stop(): Promise<{
    readonly produced: readonly string[]
    readonly delivered: readonly string[]
    readonly held: readonly string[]
  }>
}

/** A producer, and a consumer that reads what is new and acks all but every fifth; many times as fast as 5 entries/s. */
export async function startWorkers(redis: TestRedis, key: string, group: string): Promise<Workers> {
  const producer = redis.client()
  const worker = redis.client()
  const produced: string[] = []
  const delivered: string[] = []
  const held: string[] = []
  const waiting = new Set<{ readonly until: number; done(): void }>()
  let ended = false
  /** One step at a time, theirs and what is done between them. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const mine = turn.then(step)
    turn = mine.catch(() => undefined)
    return mine
  }
  const read = async (): Promise<number> => {
    const found = (await worker.xreadgroup('GROUP', group, 'worker', 'COUNT', 3, 'STREAMS', key, '>')) as
      [string, [string, string[]][]][] | null
    const entries = found?.[0]?.[1] ?? []
    for (const [id, fields] of entries) {
      delivered.push(fields[1] ?? '')
      if (delivered.length % 5 === 0) held.push(id)
      else await worker.xack(key, group, id)
    }
    return entries.length
  }
  const produce = async (): Promise<void> => {
    while (!ended) {
      const value = `new ${produced.length}`
      await inTurn(async () => {
        await producer.xadd(key, '*', 'n', value)
        produced.push(value)
      })
      for (const each of waiting) if (produced.length >= each.until && waiting.delete(each)) each.done()
      // So often, and as fast as the server takes it between.
      await pause(20)
    }
  }
  const consume = async (): Promise<void> => {
    while (!ended) {
      await inTurn(read)
      await pause(5)
    }
  }
  const running = Promise.all([produce(), consume()])
  return {
    added: (more) =>
      Promise.race([
        new Promise<void>((done) => void waiting.add({ until: produced.length + more, done })),
        running.then(() => undefined),
      ]),
    quietly: (work) =>
      inTurn(async () => {
        while ((await read()) > 0);
        return work()
      }),
    async stop() {
      ended = true
      await running
      while ((await read()) > 0);
      return { produced, delivered, held }
    },
  }
}
