import { AppError, isAppError } from '../../../shared/error'
import type { WriteLine } from '../../redis/reader-writer'
import { fromBuffer } from '../../redis/bytes'
import { keyType } from '../../redis/key-type'
import { asNumber } from '../../redis/reply'
import { renameUnlessTaken } from '../../redis/rename-nx'
import { swapStreams, type StreamSwap, type SwapOutcome } from '../../redis/scripts/swap-streams'
import { timeToLiveMs } from '../../redis/server'
import { streamInfo } from '../../redis/xinfo'
import { oneCommand } from '../jobs/one-command'
import type { JobStep } from '../jobs/job-step'
import type { RestoreContext } from './context'
import { message } from '../../../shared/words/messages'

/**
 * Gives the name of one stream to another, and puts the first aside. By a script that looks once more first, where scripts
 * are allowed; else by a look, and then one transaction. A lost reply is read back by which names there are.
 */
export function swap(
  context: RestoreContext,
  names: StreamSwap,
  keepTtl: boolean,
  signal: AbortSignal,
): Promise<JobStep> {
  const { reader, writer, server } = context
  const { target, aside } = names
  const send = async (): Promise<void> => {
    const outcome = server.capabilities.eval.available
      ? await swapStreams(writer, names, keepTtl)
      : await byTransaction(context, names, keepTtl)
    if (outcome !== 'swapped') throw refusal(outcome, names)
  }
  const isDone = async (): Promise<boolean> =>
    (await keyType(reader, target)) === 'none' && (await keyType(reader, aside)) !== 'none'
  return oneCommand(context, send, isDone, signal)
}

async function byTransaction(
  { reader, writer }: RestoreContext,
  { key, target, aside, seen }: StreamSwap,
  keepTtl: boolean,
): Promise<SwapOutcome> {
  if ((await keyType(reader, key)) === 'none') return 'no-key'
  if ((await keyType(reader, target)) === 'none') return 'no-target'
  if (seen !== null) {
    const ids = [await streamInfo(reader, key), await streamInfo(reader, target)].map((info) => info.lastGeneratedId)
    if (ids[0] !== seen.key || ids[1] !== seen.target) return 'moved'
  }
  const ttlMs = keepTtl ? await timeToLiveMs(reader, key) : null
  const [first, second] = await writer.transaction([
    ['RENAMENX', key, aside],
    ['RENAMENX', target, key],
    ...(ttlMs === null || ttlMs < 1 ? [] : [['PEXPIRE', key, ttlMs] as WriteLine]),
  ])
  if (isAppError(first)) throw first
  if (asNumber(first) === 0) return 'taken'
  if (!isAppError(second) && asNumber(second) === 1) return 'swapped'
  // The new one went in that very moment: the stream gets its name back.
  await renameUnlessTaken(writer, aside, key)
  if (isAppError(second)) throw second
  return 'no-target'
}

function refusal(outcome: Exclude<SwapOutcome, 'swapped'>, { key, target, aside }: StreamSwap): AppError {
  const problem = {
    moved: message('restore.added-since'),
    taken: message('restore.aside-taken', { name: fromBuffer(aside) }),
    'no-key': message('restore.gone', { name: fromBuffer(key) }),
    'no-target': message('restore.gone', { name: fromBuffer(target) }),
  }[outcome]
  return new AppError('BAD_INPUT', { field: 'recordId', problem, remedy: message('restore.look-again') })
}
