import { AppError } from '../../../shared/error'
import type { UndoPlan } from '../../../shared/model/undo-plan'
import type { Restored } from '../../../shared/model/restore'
import { toBuffer } from '../../redis/bytes'
import { keyType } from '../../redis/key-type'
import { countBetween } from '../inspection/count-between'
import type { JobStep } from '../jobs/job-step'
import type { JournalBatch } from '../journal/journal'
import type { RestoreContext, RestoreSource } from './context'
import { findRemovable, removeRebuilt } from './undo-rebuild'
import { streamInfo } from '../../redis/xinfo'
import { readSinceSwap } from './since-swap'
import { swap } from './swap'
import { planCopiesUndo, undoCopies } from './undo-copies'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

/** A restore as the journal has it. */
export interface PastRestore {
  readonly recordId: string
  readonly note: Message
  /** Entries that it changed, or may have. */
  readonly entries: number
  readonly restored: Exclude<Restored, { kind: 'catch up' }>
  batches(): AsyncIterable<JournalBatch>
}

/** Looks once more whether what is there is what the record was about. Throws BAD_INPUT where it is not, or a doubt is new. */
export type JudgeAgain = () => Promise<void>

type Walk = AsyncGenerator<{ readonly walked: number; readonly total: number }, UndoPlan>

/** Says what an undo would do, by reading only. Throws BAD_INPUT, NOT_FOUND where it can't be done (any more). */
export async function* planRestoreUndo(source: RestoreSource, dataDir: string, past: PastRestore): Walk {
  const { recordId, note, restored } = past
  const nothing = { recordId, entries: 0, leftAlone: 0, gone: 0, consumers: [], note }
  switch (restored.kind) {
    case 'copied':
    case 'copies': {
      const walk = planCopiesUndo(source, { recordId, ...restored, batches: past.batches }, note)
      for (;;) {
        const step = await walk.next()
        if (step.done) return step.value
        yield { walked: step.value.walked, total: Math.max(past.entries, step.value.walked) }
      }
    }
    case 'rebuild': {
      const { name, stream } = yield* findRemovable(source, dataDir, restored)
      return { ...nothing, instead: message('undo.removes-key', { name, entries: String(stream.length) }) }
    }
    case 'swap': {
      await requireNames(source, restored)
      const { lastGeneratedId } = await streamInfo(source.reader, source.key)
      const { aside, target } = restored
      // Nobody adds to what was kept aside: it ends where the swap was.
      const kept = await streamInfo(source.reader, toBuffer(aside))
      const { value, kind } = await countBetween(source.reader, source.key, kept.lastGeneratedId, lastGeneratedId)
      const since = { count: String(value), isExact: kind === 'exact', target }
      const ofGroups = await readSinceSwap({ ...source, aside: toBuffer(aside), target })
      const notes = [note, ...(Number(value) === 0 ? [] : [message('undo.added-since', since)]), ...ofGroups]
      return {
        ...nothing,
        note: notes.length === 1 ? note : message('undo.notes', { notes }),
        instead: message('undo.gives-name-back', { aside, target }),
      }
    }
  }
}

export async function* undoOf(
  context: RestoreContext,
  dataDir: string,
  past: PastRestore,
  signal: AbortSignal,
  judgeAgain: JudgeAgain,
): AsyncGenerator<JobStep, void> {
  const { recordId, restored } = past
  switch (restored.kind) {
    case 'copied':
    case 'copies':
      yield* undoCopies(context, { recordId, ...restored, batches: past.batches }, signal)
      return
    case 'rebuild':
      yield* removeRebuilt(context, dataDir, restored, signal)
      return
    case 'swap': {
      await requireNames(context, restored)
      // The other way round: what has the name now gets the one it had, and what was kept aside gets the name.
      const names = { key: context.key, target: toBuffer(restored.aside), aside: toBuffer(restored.target) }
      // A renaming asks for nothing but names: what they stand for is looked at last.
      await judgeAgain()
      yield await swap(context, names, signal)
    }
  }
}

async function requireNames(
  { reader, key }: RestoreSource,
  { target, aside }: Extract<Restored, { kind: 'swap' }>,
): Promise<void> {
  const refuse = (problem: Message): AppError =>
    new AppError('BAD_INPUT', { field: 'recordId', problem, remedy: message('undo.rename-by-hand') })
  if ((await keyType(reader, toBuffer(aside))) !== 'stream') throw refuse(message('undo.not-there', { name: aside }))
  if ((await keyType(reader, key)) === 'none') throw refuse(message('undo.stream-gone'))
  if ((await keyType(reader, toBuffer(target))) !== 'none') throw refuse(message('undo.name-taken', { name: target }))
}
