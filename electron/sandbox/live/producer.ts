import type { Logger } from 'pino'
import type { WorkloadClient, WorkloadLine } from '../../redis/workload-client'
import type { FieldList } from '../seeds/lines'
import { pause } from './pause'

/** One stream that is written to, now and then. */
export interface Outlet {
  /** Of the entry that comes next. */
  key(): string
  fields(): FieldList
  readonly perSecond: number
  /** Kept at about so many entries (XADD MAXLEN ~). */
  readonly maxLength: number
}

const TICK_MS = 250

/** Adds to every outlet at its rate until aborted. A tick that fails is left out: whoever breaks the sandbox may. */
export async function produce(
  client: WorkloadClient,
  outlets: readonly Outlet[],
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const due = outlets.map(() => 0)
  while (!signal.aborted) {
    const lines = outlets.flatMap((outlet, at): readonly WorkloadLine[] => {
      const owed = (due[at] ?? 0) + (outlet.perSecond * TICK_MS) / 1_000
      due[at] = owed % 1
      return Array.from({ length: Math.floor(owed) }, () => addTo(outlet))
    })
    try {
      if (lines.length > 0) await client.pipeline(lines)
    } catch (error) {
      log.debug({ err: error }, 'a tick of the producer failed')
    }
    await pause(TICK_MS, signal)
  }
}

function addTo(outlet: Outlet): WorkloadLine {
  return ['XADD', outlet.key(), 'MAXLEN', '~', outlet.maxLength, '*', ...outlet.fields().flat()]
}
