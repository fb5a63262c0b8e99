import { setTimeout as delay } from 'node:timers/promises'
import type { Notifier } from '../lib/notifier'

/** How often the cluster is asked who has which slots, while all is well. */
const CALM_MS = 30_000
/** While a node does not answer or a slot has nobody: at first, and after ever more tries that change nothing. */
const TROUBLE_MS = 250
const MOST_TROUBLE_MS = 5_000
/** Between two questions at least: while slots move, each redirection is a reason to ask. */
const REST_MS = 100

export interface Upkeep {
  /** Every node answers, and every slot has somebody. */
  isWhole(): boolean
  /** Told whenever that may have changed. */
  readonly changes: Pick<Notifier, 'next'>
  /** Asks who has which slots. Never rejects. */
  refresh(): Promise<void>
}

/** Asks every 30 s, at once when what was whole is so no more, and then ever more seldom. Until the signal aborts. */
export async function keepUp({ isWhole, changes, refresh }: Upkeep, signal: AbortSignal): Promise<void> {
  const sleep = (ms: number, by: AbortSignal): Promise<void> =>
    delay(ms, undefined, { signal: by, ref: false }).catch(() => undefined)
  const breaks = async (by: AbortSignal): Promise<void> => {
    if (!isWhole()) return new Promise((resolve) => by.addEventListener('abort', () => resolve(), { once: true }))
    while (!by.aborted && isWhole()) await changes.next(by)
  }
  let troubleMs = TROUBLE_MS
  while (!signal.aborted) {
    await sleep(REST_MS, signal)
    const woken = new AbortController()
    const either = AbortSignal.any([signal, woken.signal])
    await Promise.race([sleep(isWhole() ? CALM_MS : troubleMs, either), breaks(either)])
    woken.abort()
    if (signal.aborted) return
    troubleMs = isWhole() ? TROUBLE_MS : Math.min(troubleMs * 2, MOST_TROUBLE_MS)
    await refresh()
  }
}
