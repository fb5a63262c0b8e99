import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { Connection } from '../../shared/model/connection'
import { errorData } from '../api/errors'
import { useConnections } from '../stores/connections'
import { useOverlays } from './use-overlays'

interface OpenConnection {
  /** The connection being opened. */
  readonly openingId: ShallowRef<string | null>
  /** Why the last try failed, by connection. */
  readonly failures: ShallowRef<ReadonlyMap<string, unknown>>
  /** Opens a connection and goes to it; asks for the password where one is wanted. True when it is open. */
  open(connection: Connection, password?: string): Promise<boolean>
}

/** Opens connections from wherever they are listed, with one place for what went wrong. */
export const useOpenConnection = createSharedComposable((): OpenConnection => {
  const connections = useConnections()
  const overlays = useOverlays()
  const openingId = shallowRef<string | null>(null)
  const failures = shallowRef<ReadonlyMap<string, unknown>>(new Map())

  function setFailure(id: string, error: unknown): void {
    const next = new Map(failures.value)
    if (error === null) next.delete(id)
    else next.set(id, error)
    failures.value = next
  }

  async function open(connection: Connection, password?: string): Promise<boolean> {
    openingId.value = connection.id
    try {
      await connections.open(connection.id, password)
      setFailure(connection.id, null)
      return true
    } catch (error) {
      const reason = errorData(error, 'UNREACHABLE')?.reason
      if (reason === 'password-needed' || reason === 'password-wrong') {
        overlays.password.value = { connection, cause: error }
      } else setFailure(connection.id, error)
      return false
    } finally {
      openingId.value = null
    }
  }

  return { openingId, failures, open }
})
