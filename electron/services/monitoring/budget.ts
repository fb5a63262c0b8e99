import type { Spend } from '../inspection/look-request'

/** What all that nobody asked for may cost a server and its line: polling, walking again, sampling. */
export const COMMANDS_PER_SECOND = 200
export const BYTES_PER_SECOND = 30_000
/** Kept back for what the accounting does not see: frames of TCP and TLS, and what the server adds to a reply. */
const SHARE = 0.9

/**
 * Of one connection. Fills by the second, up to the share of one second; what was spent beyond has to be waited for. So no
 * stretch of time costs more than its share and that of one second.
 */
export interface Budget {
  readonly spend: Spend
  /** How many things that cost one command and so many bytes each there is room for now. */
  room(bytesEach: number): number
  /** Until there is room again, ms; 0: now. */
  waitMs(): number
}

export function createBudget(now: () => number = () => performance.now()): Budget {
  const rates = { commands: COMMANDS_PER_SECOND * SHARE, bytes: BYTES_PER_SECOND * SHARE }
  const left = { ...rates }
  let filledAtMs = now()

  const fill = (): void => {
    const seconds = Math.max(0, now() - filledAtMs) / 1_000
    filledAtMs = now()
    left.commands = Math.min(rates.commands, left.commands + seconds * rates.commands)
    left.bytes = Math.min(rates.bytes, left.bytes + seconds * rates.bytes)
  }

  return {
    spend(commands, bytes) {
      fill()
      left.commands -= commands
      left.bytes -= bytes
    },
    room(bytesEach) {
      fill()
      if (left.commands < 1 || left.bytes < 1) return 0
      return Math.max(1, Math.floor(Math.min(left.commands, left.bytes / Math.max(1, bytesEach))))
    },
    waitMs() {
      fill()
      const seconds = Math.max((1 - left.commands) / rates.commands, (1 - left.bytes) / rates.bytes)
      return seconds <= 0 ? 0 : Math.ceil(seconds * 1_000)
    },
  }
}

/** One budget per connection, whoever spends it. */
export function createBudgets(): (connectionId: string) => Budget {
  const budgets = new Map<string, Budget>()
  return (connectionId) => {
    const known = budgets.get(connectionId) ?? createBudget()
    budgets.set(connectionId, known)
    return known
  }
}
