import { AppError, isAppError } from '../../../shared/error'
import type { WriteLine } from '../../redis/reader-writer'
import { fromBuffer } from '../../redis/bytes'
import { keyType } from '../../redis/key-type'
import { asNumber } from '../../redis/reply'
import { renameUnlessTaken } from '../../redis/rename-nx'
import type { CatchUpOutcome } from '../../redis/scripts/catch-up-and-swap'
import { swapStreams, type StreamNames, type SwapOutcome } from '../../redis/scripts/swap-streams'
import { timeToLiveMs } from '../../redis/server'
import { oneCommand } from '../jobs/one-command'
import type { JobStep } from '../jobs/job-step'
import type { RestoreContext } from './context'
import { message } from '../../../shared/words/messages'

/** Tries to swap; whatever is not `swapped` changed no name. */
type Attempt = () => Promise<SwapOutcome | CatchUpOutcome>

/** Gives the name of one stream to another, and puts the first aside, whatever is in either. */
export function swap(context: RestoreContext, names: StreamNames, signal: AbortSignal): Promise<JobStep> {
  const { server, writer } = context
  const attempt = () =>
    server.capabilities.eval.available ? swapStreams(writer, names) : swapByTransaction(context, names, false)
  return sendSwap(context, names, attempt, signal)
}

/** One attempt. A lost reply is read back by which names there are. Throws BAD_INPUT where nothing was renamed. */
export function sendSwap(
  context: RestoreContext,
  names: StreamNames,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<JobStep> {
  const { target, aside } = names
  const send = async (): Promise<void> => {
    const outcome = await attempt()
    if (outcome !== 'swapped') throw swapRefusal(outcome, names)
  }
  const isDone = async (): Promise<boolean> =>
    (await keyType(context.reader, target)) === 'none' && (await keyType(context.reader, aside)) !== 'none'
  return oneCommand(context, send, isDone, signal)
}

export async function swapByTransaction(
  { reader, writer }: RestoreContext,
  { key, target, aside }: StreamNames,
  keepTtl: boolean,
): Promise<SwapOutcome> {
  if ((await keyType(reader, key)) === 'none') return 'no-key'
  if ((await keyType(reader, target)) === 'none') return 'no-target'
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

export function swapRefusal(
  outcome: Exclude<SwapOutcome | CatchUpOutcome, 'swapped'>,
  { key, target, aside }: StreamNames,
): AppError {
  const problem = {
    'added-to': message('restore.added-since', { name: fromBuffer(target) }),
    behind: message('restore.keeps-moving'),
    large: message('restore.keeps-moving'),
    taken: message('restore.aside-taken', { name: fromBuffer(aside) }),
    'no-key': message('restore.gone', { name: fromBuffer(key) }),
    'no-target': message('restore.gone', { name: fromBuffer(target) }),
  }[outcome]
  return new AppError('BAD_INPUT', { field: 'recordId', problem, remedy: message('restore.look-again') })
}
