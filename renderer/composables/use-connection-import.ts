import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { MOST_IMPORTED, type ImportEntry } from '../../shared/model/connection'
import { sentence } from '../../shared/words/messages'
import { words } from '../../shared/words/words'
import { describeError, errorData } from '../api/errors'
import { useConnections } from '../stores/connections'
import { useAttempt } from './use-attempt'

interface ConnectionImport {
  readonly text: ShallowRef<string>
  readonly error: ShallowRef<string | null>
  readonly busy: Readonly<ShallowRef<boolean>>
  /** Null: not looked at yet. */
  readonly entries: ShallowRef<readonly ImportEntry[] | null>
  /** The positions of those that are ticked. */
  readonly chosen: ComputedRef<readonly number[]>
  tick(at: number, on: boolean): void
  readFile(file: Pick<File, 'size' | 'text'>): Promise<void>
  look(): Promise<void>
  back(): void
  /** How many were added; null where that failed. */
  add(): Promise<number | null>
}

/** One import: what is pasted, what of it is new, and what of that is ticked. */
export function useConnectionImport(): ConnectionImport {
  const connections = useConnections()
  const text = shallowRef('')
  const error = shallowRef<string | null>(null)
  const { busy, attempt } = useAttempt((cause) => {
    const bad = errorData(cause, 'BAD_INPUT')
    const { title, next } = describeError(cause)
    error.value = bad ? `${sentence(bad.problem)} ${sentence(bad.remedy)}` : `${title}. ${next}`
  })
  const entries = shallowRef<readonly ImportEntry[] | null>(null)
  const left = shallowRef<ReadonlySet<number>>(new Set())
  const chosen = computed(() =>
    (entries.value ?? []).filter(({ at, state }) => state === 'new' && !left.value.has(at)).map(({ at }) => at),
  )

  return {
    ...{ text, error, busy, entries, chosen },
    tick(at, on) {
      const next = new Set(left.value)
      if (on) next.delete(at)
      else next.add(at)
      left.value = next
    },
    async readFile(file) {
      // A character has at most four bytes.
      const tooLarge = file.size > MOST_IMPORTED * 4
      const read = tooLarge ? '' : await file.text()
      if (tooLarge || read.length > MOST_IMPORTED) error.value = words.connectionImport.tooLarge(MOST_IMPORTED)
      else [text.value, error.value] = [read, null]
    },
    async look() {
      if (text.value.trim() === '') return
      if (text.value.length > MOST_IMPORTED) {
        error.value = words.connectionImport.tooLarge(MOST_IMPORTED)
        return
      }
      error.value = null
      entries.value = await attempt(() => connections.planImport(text.value))
      left.value = new Set()
    },
    back() {
      entries.value = null
      error.value = null
    },
    async add() {
      error.value = null
      const added = await attempt(() => connections.importThese(text.value, chosen.value))
      // What holds secrets is not kept longer than it is needed.
      if (added !== null) text.value = ''
      return added
    },
  }
}
