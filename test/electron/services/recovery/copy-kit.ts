import type { Redis } from 'ioredis'
import { fromBuffer } from '../../../../electron/redis/bytes'
import type { Bytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { KEY, type Name } from './recovery-kit'

/** Where they go when no stream is named. */
export const DEAD = `${KEY}:dead`
export const deadLetter = (changes: Partial<Extract<RecoveryAction, { kind: 'deadLetter' }>> = {}): RecoveryAction => ({
  kind: 'deadLetter',
  stream: null,
  reason: 'poison',
  maxLen: null,
  ...changes,
})

export interface Copy {
  readonly id: EntryId
  readonly fields: readonly (readonly [Bytes, Bytes])[]
}

export async function copiesIn(direct: Redis, key: Name = DEAD): Promise<Copy[]> {
  const entries = (await direct.callBuffer('XRANGE', [key, '-', '+'])) as [Buffer, Buffer[]][]
  return entries.map(([id, flat]) => ({
    id: id.toString(),
    fields: flat.flatMap((name, at) => {
      const value = flat[at + 1]
      return at % 2 === 0 && value ? [[fromBuffer(name), fromBuffer(value)] as const] : []
    }),
  }))
}

/** Which entries have a copy. */
export async function originals(direct: Redis, key: Name = DEAD): Promise<(Bytes | undefined)[]> {
  return (await copiesIn(direct, key)).map(({ fields }) => fields.findLast(([name]) => name === 'sluice:id')?.[1])
}
