import { setTimeout as delay } from 'node:timers/promises'
import {
  senderKinds,
  type CommandFilter,
  type CommandLogEvent,
  type CommandRates,
  type LoggedCommand,
  type SenderKind,
} from '../../../../shared/model/command-log'
import { isWriteCommand } from '../../../redis/commands'
import type { CommandLog, SentTotals } from './command-log'
import type { NumberedCommand } from './command-ring'
import { createMatcher } from './matches'

const BEAT_MS = 250
/** A rate is of so long at least: shorter ones jump. */
const RATES_MS = 1_000
/** Of those that are there already, and of those that come between two beats. */
const [MOST_FIRST, MOST_EACH] = [500, 200]
/** That wait for their replies, and are told again then. */
const MOST_WAITING = 1_000

interface Waiting {
  readonly row: NumberedCommand
  isTold: boolean
}

/**
 * The newest commands that match, then those that come and what became of those that were waiting, four times a second at most, until the
 * caller leaves. More than a page can read are counted and not told. Asks no server. `lookAgain` throws where the connection is no more.
 */
export async function* followCommands(
  log: CommandLog,
  filter: CommandFilter,
  lookAgain: () => void,
  signal?: AbortSignal,
): AsyncGenerator<CommandLogEvent, void> {
  const matches = createMatcher(filter)
  const waiting = new Map<number, Waiting>()
  const rates = createRates(log)
  let after = 0
  let isFirst = true

  /** Where there are too many, what was told stays rather than what was not, and the newest. */
  const waitFor = (one: Waiting): void => {
    if (waiting.size >= MOST_WAITING) {
      if (!one.isTold) return
      let leaves: number | undefined
      for (const [n, other] of waiting) {
        leaves ??= n
        if (other.isTold) continue
        leaves = n
        break
      }
      if (leaves !== undefined) waiting.delete(leaves)
    }
    waiting.set(one.row.n, one)
  }
  const come = (): readonly [fresh: NumberedCommand[], skipped: number] => {
    const most = isFirst ? MOST_FIRST : MOST_EACH
    const count = log.count()
    const fresh: NumberedCommand[] = []
    const open: Waiting[] = []
    let seen = 0
    let left = 0
    for (const row of log.newest(after)) {
      seen += 1
      const isMatch = matches(row.command)
      const isTold = isMatch && fresh.length < most
      if (isTold) fresh.push(row)
      else if (isMatch) left += 1
      // What is counted as not told is not told later either.
      if (!isSettled(row) && (isTold || !isMatch)) open.push({ row, isTold })
    }
    for (const one of open.reverse()) waitFor(one)
    // What the log has forgotten already may have matched as well.
    const skipped = isFirst ? 0 : left + (count - after - seen)
    after = count
    return [fresh, skipped]
  }
  const changed = (): NumberedCommand[] => {
    const told: NumberedCommand[] = []
    for (const [n, one] of waiting) {
      const isOver = isSettled(one.row)
      if (isOver) waiting.delete(n)
      if (!(isOver || !one.isTold) || !matches(one.row.command)) continue
      one.isTold = true
      told.push(one.row)
    }
    return told
  }

  while (signal?.aborted !== true) {
    lookAgain()
    const again = changed()
    const [fresh, skipped] = come()
    const now = rates.next()
    if (isFirst || again.length + fresh.length + skipped > 0 || now !== null) {
      const commands = [...again, ...fresh].sort((a, b) => a.n - b.n).map(logged)
      yield { commands, skipped, rates: now ?? rates.last() }
    }
    isFirst = false
    await delay(BEAT_MS, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

/** Nothing more is to be learned of it. */
function isSettled({ command: { outcome, receivedBytes } }: NumberedCommand): boolean {
  if (outcome.kind === 'lost' || outcome.kind === 'given-up') return true
  return outcome.kind !== 'waiting' && receivedBytes !== null
}

function logged({ n, command }: NumberedCommand): LoggedCommand {
  const { tellsSize: _, args, ...told } = command
  return { ...told, n, args: [...args], writes: isWriteCommand(command.command) }
}

type Rates = Record<SenderKind, CommandRates>

/** `next`: null where it is too early, or they are as they were. */
function createRates(log: CommandLog): { next(): Rates | null; last(): Rates | null } {
  const read = (): Record<SenderKind, SentTotals> =>
    Object.fromEntries([...log.totals()].map(([kind, total]) => [kind, { ...total }])) as Record<SenderKind, SentTotals>
  let from = { at: performance.now(), totals: read() }
  let last: Rates | null = null
  return {
    last: () => last,
    next() {
      const now = performance.now()
      const seconds = (now - from.at) / 1_000
      if (seconds * 1_000 < RATES_MS) return null
      const totals = read()
      const told = Object.fromEntries(
        senderKinds.map((kind): [SenderKind, CommandRates] => {
          const [is, was] = [totals[kind], from.totals[kind]]
          const per = (field: keyof SentTotals): number => (is[field] - was[field]) / seconds
          return [kind, { commands: per('commands'), sentBytes: per('sentBytes'), receivedBytes: per('receivedBytes') }]
        }),
      ) as Rates
      from = { at: now, totals }
      const isNews = last === null || JSON.stringify(last) !== JSON.stringify(told)
      last = told
      return isNews ? told : null
    },
  }
}
