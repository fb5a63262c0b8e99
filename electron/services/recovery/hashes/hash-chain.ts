import type { EntryId } from '../../../../shared/entry-id'
import { writtenValue, type FieldBack } from '../../../redis/scripts/give-fields-back'
import type { SavedField, SavedHash } from './hash-line'

/**
 * What of a hash is to be given back with one entry. Several entries may have gone to one hash: a field holds what the
 * last of them wrote, and is given what the last one before it wrote that is not undone, else what it held at first. With
 * an entry that another one wrote over, nothing is given back.
 *
 * `writers`: all that went there, in order, `entry` among them. `isUndone`: before this one.
 */
export function fieldsBack(
  entry: SavedHash,
  writers: readonly SavedHash[],
  isUndone: (id: EntryId) => boolean,
): readonly FieldBack[] {
  return (entry.fields ?? []).flatMap((field): readonly FieldBack[] => {
    const chain = writers.flatMap(({ id, fields }) => {
      const own = fields?.find(({ name }) => name.equals(field.name))
      return own === undefined ? [] : [{ id, field: own }]
    })
    const standing = chain.filter(({ id }) => !isUndone(id))
    if (standing.at(-1)?.id !== entry.id) return []
    const former = standing.at(-2)
    // What one wrote is what the next one found.
    const after = former === undefined ? chain[0] : chain[chain.indexOf(former) + 1]
    return after === undefined ? [] : back(field, after.field)
  })
}

/** Nothing where it was written as it was. */
function back({ name, written }: SavedField, { before, expireAt }: SavedField): readonly FieldBack[] {
  const isSame = before !== null && expireAt === null && writtenValue(before).sha === written.sha
  return isSame ? [] : [{ name, written, before, expireAt }]
}
