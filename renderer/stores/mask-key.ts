import { useConnections } from './connections'

/** Tells lists of a connection apart that were read while other values were masked: what is kept of one is not shown in another. */
export function maskKey(connectionId: string): string {
  const { list } = useConnections()
  return JSON.stringify(list.find(({ id }) => id === connectionId)?.masked ?? null)
}
