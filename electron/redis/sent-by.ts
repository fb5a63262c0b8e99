import { AsyncLocalStorage } from 'node:async_hooks'
import type { Sender } from '../../shared/model/command-log'

const senders = new AsyncLocalStorage<Sender>()
const OTHER: Sender = { kind: 'other' }

const UPKEEP: Sender = { kind: 'upkeep' }
export const MONITORING: Sender = { kind: 'monitoring' }
export const TEST: Sender = { kind: 'test' }

/** Nobody asks as long as no command log is kept; and where one is, every promise costs Node 20 some processor time more. */
let areKept = false

/** From now on it is known of what is begun by whom it is sent. */
export function keepSenders(): void {
  areKept = true
}

/** By whom what is sent now is sent. */
export function senderNow(): Sender {
  return senders.getStore() ?? OTHER
}

/** What the work sends, and what it begins, is sent by this one. */
export function sentBy<T>(by: Sender, work: () => T): T {
  return areKept ? senders.run(by, work) : work()
}

/** What keeps a connection; a test of one does that as well. */
export function keepingUp<T>(work: () => T): T {
  return sentBy(senderNow().kind === 'test' ? TEST : UPKEEP, work)
}

/** The same of a generator: between two steps it would be whoever asks for the next. */
export async function* eachSentBy<T>(by: Sender, steps: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  try {
    for (;;) {
      const step = await sentBy(by, () => steps.next())
      if (step.done === true) return
      yield step.value
    }
  } finally {
    await sentBy(by, () => steps.return())
  }
}
