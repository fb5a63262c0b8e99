import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { api, type Client } from '../api/client'

export type HostInfo = Awaited<ReturnType<Client['host']['info']>>

/** What the page runs on. Null until the host has answered. */
export const useHost = defineStore('host', () => {
  const info = shallowRef<HostInfo | null>(null)

  async function load(): Promise<void> {
    info.value = await api().host.info()
  }

  return { info, load }
})
