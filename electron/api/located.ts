import { os } from '@orpc/server'
import type { Bytes } from '../../shared/bytes'
import type { Source } from '../redis/source'
import { toBuffer } from '../redis/bytes'
import type { Connections } from '../services/connections/connections'

interface OnStream {
  readonly connectionId: string
  readonly key: Bytes
}
interface OnGroup extends OnStream {
  readonly group: Bytes
  readonly consumer?: Bytes | undefined
}

/**
 * What an input names, as services take it: the reader of the server that has the key, and names as bytes. Throws
 * UNREACHABLE not-open.
 */
export function createLocated({ source }: Pick<Connections, 'source'>) {
  const located = ({ connectionId, key }: OnStream): Source => source(connectionId, key)
  return {
    onStream: os.middleware(({ next }, input: OnStream) => next({ context: located(input) })),
    onGroup: os.middleware(({ next }, input: OnGroup) => {
      const { group, consumer } = input
      const names = { group: toBuffer(group), ...(consumer === undefined ? {} : { consumer: toBuffer(consumer) }) }
      return next({ context: { ...located(input), ...names } })
    }),
  }
}
