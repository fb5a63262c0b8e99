import { ORPCError } from '@orpc/client'
import type { Connection } from '../../../shared/model/connection'
import { errorWords } from '../../../shared/words/errors'
import { ruleCliWords } from '../../../shared/words/en/rule-cli-words'
import type { Call } from '../call'

/** What can't be opened is tried again so often. */
const AGAIN_MS = 30_000

/** Keeps what rules need open. */
export interface Opening {
  /**
   * At first, while a person looks on: they may be asked for a password. What could not be opened is tried again later on. Throws the
   * first error where there are some, and none of them could be opened.
   */
  first(needed: readonly Connection[]): Promise<void>
  /**
   * From then on: all that is needed and not open. Nobody is asked for anything, nor is a password sent again that was refused. Never
   * throws, and does not wait for it.
   */
  open(needed: readonly Connection[]): void
  /** Nothing is opened any more. */
  end(): void
}

export function createOpening({ api, open, print, signal }: Call): Opening {
  /** Those that could not be opened and are still needed, each with the timer of its next attempt; null: it is at it. */
  const failed = new Map<string, NodeJS.Timeout | null>()
  const opening = new Set<string>()
  let hasEnded = false

  function fail(connection: Connection, error: unknown): void {
    if (hasEnded || signal.aborted) return
    if (!failed.has(connection.id)) print.note(ruleCliWords.notOpened(connection.name, textOf(error)), 'warn')
    failed.set(
      connection.id,
      setTimeout(() => {
        failed.set(connection.id, null)
        void openByItself(connection)
      }, AGAIN_MS),
    )
  }

  async function openByItself(connection: Connection): Promise<void> {
    opening.add(connection.id)
    try {
      await api.connection.open({ connectionId: connection.id, byItself: true })
      failed.delete(connection.id)
    } catch (error) {
      fail(connection, error)
    } finally {
      opening.delete(connection.id)
    }
  }

  return {
    async first(needed) {
      const errors: unknown[] = []
      for (const connection of needed) {
        try {
          await open(connection)
        } catch (error) {
          signal.throwIfAborted()
          errors.push(error)
          fail(connection, error)
        }
      }
      if (errors.length > 0 && errors.length === needed.length) throw errors[0] as Error
    },
    open(needed) {
      for (const [id, timer] of failed) {
        if (timer === null || needed.some((each) => each.id === id)) continue
        clearTimeout(timer)
        failed.delete(id)
      }
      for (const connection of needed) {
        if (!failed.has(connection.id) && !opening.has(connection.id)) void openByItself(connection)
      }
    },
    end() {
      hasEnded = true
      for (const timer of failed.values()) if (timer !== null) clearTimeout(timer)
    },
  }
}

function textOf(error: unknown): string {
  const words =
    error instanceof ORPCError ? errorWords({ code: error.code as string, data: error.data as unknown }) : null
  return words?.title ?? (error instanceof Error ? error.message : String(error))
}
