import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { JournalRecord } from '../../shared/model/journal'
import { api } from '../api/client'

const PAGE = 100

/** What was done from here, newest first, as far as it was read. */
export const useJournal = defineStore('journal', () => {
  const records = shallowRef<readonly JournalRecord[]>([])
  const damaged = shallowRef(0)
  const newer = shallowRef(0)
  /** Where to go on; null at the end. */
  const next = shallowRef<string | null>(null)
  /** The record whose details show. */
  const openId = shallowRef<string | null>(null)
  /** What to filter by, left by whoever opens the journal for something; its view takes it away. */
  const wish = shallowRef<string | null>(null)

  /** Reads the newest page; what was read of older ones stays. */
  async function loadNewest(signal?: AbortSignal): Promise<void> {
    const page = await api().journal.list({ count: PAGE }, signal ? { signal } : {})
    if (signal?.aborted) return
    damaged.value = page.damaged
    newer.value = page.newer
    const fresh = new Set(page.records.map(({ id }) => id))
    const older = records.value.filter(({ id }) => !fresh.has(id))
    const isGap = page.next !== null && older.length === records.value.length
    // With nothing in common, there may be records between the two: begin anew.
    records.value = isGap ? page.records : [...page.records, ...older]
    if (isGap || next.value === null) next.value = records.value.length > page.records.length ? next.value : page.next
  }

  async function loadOlder(): Promise<void> {
    const before = next.value
    if (before === null) return
    const page = await api().journal.list({ before, count: PAGE })
    if (next.value !== before) return
    records.value = [...records.value, ...page.records]
    next.value = page.next
  }

  return { records, damaged, newer, next, openId, wish, loadNewest, loadOlder }
})
