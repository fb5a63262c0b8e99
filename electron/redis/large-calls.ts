import { AppError } from '../../shared/error'
import type { OwnedClient } from './client'
import type { ReplyLimit } from './guarded-connector'
import type { Reply } from './reply'
import type { ReadLine } from './reader-writer'

/** What Redis itself allows in one value. */
const LARGE_BYTES = 512 * 1024 * 1024
/** At a time, of all servers together: each may take as much memory. */
const MOST_AT_ONCE = 2

let underWay = 0
const waiting: (() => void)[] = []

async function take(): Promise<void> {
  if (underWay < MOST_AT_ONCE) underWay += 1
  else await new Promise<void>((resolve) => waiting.push(resolve))
}

function giveBack(): void {
  const next = waiting.shift()
  if (next) next()
  else underWay -= 1
}

export interface LargeCalls {
  call(line: ReadLine, asking: boolean): Promise<Reply>
  /** Ends the one that is under way. To be called when the usual connection is closed, after which `ping` rejects. */
  close(): void
}

/**
 * Single commands with a large reply, each on a connection of its own (`beside` makes it) while all others go on. `ping`: a round trip
 * on the usual one, after which all that was sent there before is carried out, so that what is read is no older than that. One
 * at a time.
 */
export function createLargeCalls(beside: (limit: ReplyLimit) => OwnedClient, ping: () => Promise<unknown>): LargeCalls {
  let last: Promise<unknown> = Promise.resolve()
  let current: OwnedClient | null = null
  const call = async (line: ReadLine, asking: boolean): Promise<Reply> => {
    let isTooLarge = false
    await take()
    const own = beside({ bytes: LARGE_BYTES, exceeded: () => (isTooLarge = true) })
    current = own
    try {
      await ping()
      await own.open()
      return await (asking ? own.asking : own).reader.call(...line)
    } catch (error) {
      throw isTooLarge ? new AppError('TOO_LARGE', { what: 'reply', mostBytes: LARGE_BYTES }) : error
    } finally {
      current = null
      own.close()
      giveBack()
    }
  }
  return {
    call(line, asking) {
      const mine = last.then(() => call(line, asking))
      last = mine.catch(() => undefined)
      return mine
    },
    close: () => current?.close(),
  }
}
