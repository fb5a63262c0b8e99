import type { Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { Message } from '../../../shared/model/message'
import { nameKey } from '../../redis/bytes'
import { message } from '../../../shared/words/messages'
import { isOfThisKind } from '../../redis/entry-digests'
import { canBeTheSame, type GroupMark, type StreamMark } from '../inspection/stream-mark'

/** What a stream says of being the one of then. */
export interface StreamJudgement {
  /** A body of then is still there, as it was. */
  readonly isProven: boolean
  /** What speaks against it and does not contradict it, in words. */
  readonly doubts: readonly Message[]
  /** What contradicts it: an entry that has another body under the same id. */
  readonly contradiction: Message | null
  /** That no entry of then is there; null: one is, or there were none, or are none, to be wrong about. */
  readonly unmet: Message | null
}

/**
 * Where the stream is gone there is nothing to judge: the undo says so itself. `name`: where it is not the one that the
 * record is of.
 */
export function judgeStream(then: StreamMark, now: StreamMark, name: Bytes | null): StreamJudgement {
  const bodies = new Map(now.bodies)
  const met = metIn(then.bodies ?? [], bodies)
  const changed = changedBody(met, bodies)
  const words = name === null ? ofItself : ofOther(name)
  return {
    isProven: met.length > 0 && changed === null,
    unmet: met.length === 0 && then.firstId !== null && now.firstId !== null ? words.unmet : null,
    doubts: [
      ...(canBeTheSame(then, now) ? [] : [words.behind]),
      ...(then.group === undefined ? [] : groupDoubts(then.group, now.group)),
    ],
    contradiction: changed === null ? null : words.anew(changed),
  }
}

type Bodies = NonNullable<StreamMark['bodies']>

function metIn(then: Bodies, now: ReadonlyMap<EntryId, string>): Bodies {
  return then.filter(([id, digest]) => now.has(id) && isOfThisKind(digest))
}

/** The first of them that holds something else now; null: none does that is there. */
export function changedBody(then: Bodies, now: ReadonlyMap<EntryId, string>): EntryId | null {
  return metIn(then, now).find(([id, digest]) => now.get(id) !== digest)?.[0] ?? null
}

const ofItself = {
  unmet: message('identity.nothing-met'),
  behind: message('identity.stream-behind'),
  anew: (id: EntryId) => message('identity.stream-anew', { id }),
}

function ofOther(name: Bytes): typeof ofItself {
  return {
    unmet: message('identity.beside-nothing-met', { name }),
    behind: message('identity.beside-behind', { name }),
    anew: (id) => message('identity.beside-anew', { name, id }),
  }
}

/** A group only reads on, unless it is set back or made anew. Its count of entries read is lost at times, which proves nothing. */
export function groupDoubts(then: GroupMark | null, now: GroupMark | null | undefined): readonly Message[] {
  // That it is gone is the undo's to say.
  if (!now) return []
  if (then === null) return [message('identity.group-anew')]
  const isBehind = compareIds(now.lastDeliveredId, then.lastDeliveredId) < 0
  const hasReadLess =
    now.entriesRead !== null && then.entriesRead !== null && BigInt(now.entriesRead) < BigInt(then.entriesRead)
  if (isBehind || hasReadLess) return [message('identity.group-behind')]
  return isStillKnown(then, now) ? [] : [message('identity.group-unproven')]
}

/** By one of its consumers, if it had any: its place and its count of entries read are those of one that was made anew there. */
function isStillKnown(then: GroupMark, now: GroupMark): boolean {
  if (then.consumers === undefined || then.consumers.length === 0) return true
  const names = new Set((now.consumers ?? []).map(nameKey))
  return then.consumers.some((name) => names.has(nameKey(name)))
}
