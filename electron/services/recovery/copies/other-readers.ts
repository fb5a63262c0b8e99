import type { Bytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import { isAppError } from '../../../../shared/error'
import { loses } from '../../../../shared/judgement/losses'
import type { OtherGroup } from '../../../../shared/model/other-group'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { fromBuffer, toBuffer } from '../../../redis/bytes'
import type { GroupSource } from '../../../redis/source'
import { groupInfos, type GroupInfo } from '../../../redis/xinfo'
import { countLosses } from '../../inspection/other-groups'

/** What a plan does to other groups: they lose what is deleted, and are given what is copied to their stream. */
export interface Others {
  /** Entries that the action takes, in order. `sure`: they are all known to be in the stream now. */
  add(ids: readonly EntryId[], sure: boolean): Promise<void>
  /** `copies`: so many are written. `unseen`: of those taken, what was not read. */
  list(counted: { readonly copies: number; readonly unseen: number }): readonly OtherGroup[]
  warnings(groups: readonly OtherGroup[]): RecoveryPlan['warnings']
}

interface Touched {
  readonly deletes: boolean
  /** The stream that gets copies; null: none. */
  readonly target: Bytes | null
}

const NONE = { value: 0, certainty: 'exact' } as const

export async function lookAtOthers(context: GroupSource, { deletes, target }: Touched): Promise<Others> {
  const isOwn = target !== null && toBuffer(target).equals(context.key)
  const counted = deletes || isOwn ? await countLosses(context, { pending: deletes }) : null
  const readers = target === null || isOwn ? [] : await groupsOf(context, toBuffer(target))
  return {
    async add(ids, sure) {
      await counted?.add(ids, sure)
    },
    list({ copies, unseen }) {
      const gets = { value: copies, certainty: unseen === 0 ? 'exact' : 'atMost' } as const
      const own = (counted?.standing(unseen) ?? []).map(({ had, ...loss }): OtherGroup => ({
        ...loss,
        ...(deletes ? {} : { pending: NONE, unread: NONE }),
        ...(isOwn ? { gets, had } : {}),
      }))
      const elsewhere = readers.map(({ name }): OtherGroup => ({
        ...{ name: fromBuffer(name), pending: NONE, unread: NONE, gets },
        ...(target === null ? {} : { stream: target }),
      }))
      return copies + unseen === 0 ? [] : [...own, ...elsewhere].filter((each) => isTouched(each))
    },
    warnings: (groups) => [
      ...(groups.some(({ pending, unread }) => loses(pending) || loses(unread)) ? (['others-need'] as const) : []),
      ...(isOwn && groups.some(({ gets }) => gets !== undefined) ? (['others-get'] as const) : []),
    ],
  }
}

function isTouched({ pending, unread, gets }: OtherGroup): boolean {
  return gets !== undefined || loses(pending) || loses(unread)
}

/** None of a stream that is not there yet. */
async function groupsOf({ reader }: GroupSource, target: Buffer): Promise<readonly GroupInfo[]> {
  try {
    return await groupInfos(reader, target)
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return []
    throw error
  }
}
