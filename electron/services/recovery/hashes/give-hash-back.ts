import { isAppError, type AppError } from '../../../../shared/error'
import { deleteHashFields } from '../../../redis/hdel'
import { lookAtHashes } from '../../../redis/hash-fields'
import { expireHashFields } from '../../../redis/hpexpireat'
import { setHashFields } from '../../../redis/hset'
import {
  FIELDS_BACK_BYTES,
  FIELDS_BACK_MAX,
  giveFieldsBack,
  isWritten,
  type FieldBack,
  type FieldsBack,
} from '../../../redis/scripts/give-fields-back'
import type { RunContext } from '../../jobs/run-context'
import { MOST_SAVED_BYTES } from './hashes-before'

export type HashGivenBack = FieldsBack & { readonly failure: AppError | null }

/**
 * Gives fields of one hash back what they held, where they hold what was written: by a script, and so in one step; where
 * scripts are not allowed by commands, after a look. Throws what the server refuses.
 */
export function giveHashBack(context: RunContext, key: Buffer, fields: readonly FieldBack[]): Promise<HashGivenBack> {
  return context.server.capabilities.eval.available ? byScript(context, key, fields) : byCommands(context, key, fields)
}

async function byScript({ writer }: RunContext, key: Buffer, fields: readonly FieldBack[]): Promise<HashGivenBack> {
  let [back, left] = [0, 0]
  for (const part of partsOf(fields)) {
    const done = await giveFieldsBack(writer, key, part)
    back += done.back
    left += done.left
    if (done.failure !== null) return { back, left, failure: done.failure }
  }
  return { back, left, failure: null }
}

/** What others write between the look and the commands is overwritten. */
async function byCommands(
  { reader, writer }: RunContext,
  key: Buffer,
  fields: readonly FieldBack[],
): Promise<HashGivenBack> {
  const [look] = await lookAtHashes(reader, [{ key, names: fields.map(({ name }) => name) }], MOST_SAVED_BYTES)
  if (look === undefined || look.state === 'too-large') return { back: 0, left: fields.length, failure: null }
  if (look.state === 'refused') throw look.error
  const same = fields.filter(({ written }, at) => isWritten(look.values[at], written))
  const values = same.flatMap(({ name, before }) => (before === null ? [] : [name, before]))
  const added = same.flatMap(({ name, before }) => (before === null ? [name] : []))
  try {
    if (values.length > 0) await setHashFields(writer, key, values)
    for (const { name, expireAt } of same) if (expireAt !== null) await expireHashFields(writer, key, [name], expireAt)
    if (added.length > 0) await deleteHashFields(writer, key, added)
  } catch (error) {
    if (isAppError(error, 'REDIS')) return { back: 0, left: 0, failure: error }
    throw error
  }
  return { back: same.length, left: fields.length - same.length, failure: null }
}

function partsOf(fields: readonly FieldBack[]): readonly (readonly FieldBack[])[] {
  const parts: FieldBack[][] = []
  let bytes = Infinity
  for (const field of fields) {
    const size = field.name.length + (field.before?.length ?? 0)
    const last = parts.at(-1)
    if (last === undefined || last.length >= FIELDS_BACK_MAX || bytes + size > FIELDS_BACK_BYTES) {
      parts.push([field])
      bytes = size
    } else {
      last.push(field)
      bytes += size
    }
  }
  return parts
}
