import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Backup } from '../../shared/model/restore'
import { api } from '../api/client'

/** What was saved before entries were removed, newest first. */
export const useBackups = defineStore('backups', () => {
  const list = shallowRef<readonly Backup[]>([])
  /** How many older ones there are besides. */
  const older = shallowRef(0)

  async function load(signal?: AbortSignal): Promise<void> {
    const found = await api().restore.backups(undefined, signal ? { signal } : {})
    if (signal?.aborted) return
    list.value = found.backups
    older.value = found.older
  }

  return { list, older, load }
})
