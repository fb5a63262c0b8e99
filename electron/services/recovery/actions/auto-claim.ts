import { cliArgument } from '../../../../shared/bytes'
import { compareIds, type EntryId } from '../../../../shared/entry-id'
import { AppError } from '../../../../shared/error'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'
import { fromBuffer, toBuffer } from '../../../redis/bytes'
import { autoClaimJustId } from '../../../redis/xautoclaim'
import { addCounts, noCounts } from '../../../../shared/judgement/job-counts'
import type { ActionKind } from '../action'
import { idsOf, runBatch } from '../../jobs/run-batch'
import { leastIdle, lookAhead, type Ahead, type NextStep } from '../claims/auto-claim-ahead'
import { claimGivenBack } from '../undo/give-back'
import { dropsGone } from '../../inspection/entry-presence'
import { ageOf, observeIds, type ObservedRow, type Observation } from '../../inspection/observe-pending'
import type { BatchOutcome, RunContext } from '../../jobs/run-context'
import { sendAll, type Sent } from '../../jobs/send-commands'
import { claimCeiling } from '../acks/loss-ceiling'
import { claim } from './claim'
import { idleAnew, whoWorksOnThem } from '../undo/worked-on'
import { message } from '../../../../shared/words/messages'

type AutoClaim = Extract<RecoveryAction, { kind: 'autoClaim' }>

/**
 * XAUTOCLAIM … JUSTID, step by step to the end of what was pending when it was planned. Each step starts at an entry that
 * the plan saw, for as many entries as it may claim, with the least idle time that was observed of them; so what moved
 * meanwhile, or has only become idle long enough since, is left alone. Before each step the list is read as the command
 * walks it, and the step ends before what somebody else claimed since with its idle time kept.
 */
export const autoClaim: ActionKind<AutoClaim> = {
  guard: () => ({ atomic: true, note: message('guard.auto-claim') }),
  selection({ minIdleMs }, selection) {
    if (asksForIdleTimeOnly(selection, minIdleMs)) return { kind: 'matching', criteria: { minIdleMs } }
    const [problem, remedy] = [message('recovery.by-idle-time-only'), message('recovery.choose-all')]
    throw new AppError('BAD_INPUT', { field: 'selection', problem, remedy })
  },
  resolveTargets: (action) => action,
  summary: ({ to, minIdleMs }) => message('recovery.auto-claim', { to, minIdleMs }),
  recipient: ({ to }) => to,
  isAlreadySo: () => false,
  dropsOnItsWay: true,
  deletes: () => false,
  copiesTo: () => null,
  arriving: ({ to }, moving, facts) => claim.arriving({ kind: 'claim', to, includeGone: true }, moving, facts),
  warnings: ({ to }, facts) => claim.warnings({ kind: 'claim', to, includeGone: true }, facts),
  notes: ({ to }, facts, seen) => [whoWorksOnThem([to], facts), idleAnew(seen)],
  undo: () => ({ possible: true, note: message('undo.auto-claim') }),
  commands({ to, count }, { key, group }, batches) {
    const head = `XAUTOCLAIM ${cliArgument(key)} ${cliArgument(group)} ${cliArgument(to)}`
    return batches.flatMap((rows) =>
      partsOf(rows, count).map((part) => `${head} ${leastIdle(part)} ${part[0].id} COUNT ${part.length} JUSTID`),
    )
  },
  async *run(context, action, plan, batches, signal) {
    const ceiling = await claimCeiling(context, plan, true)
    const to = fromBuffer(toBuffer(action.to))
    const drops = await dropsGone(context.reader, context.key)
    let number = 0
    for await (const { observation, untouched } of batches) {
      let left = untouched
      while (left.length > 0) {
        const ahead = await lookAhead(context, left, { observation, most: action.count, dropsGone: drops })
        const passed = left.length - ahead.left.length
        if (passed > 0) yield { done: passed, counts: { ...noCounts, leftAlone: passed } }
        left = ahead.left
        if (signal.aborted) return
        if (ahead.step === null) continue
        const step = createStep(context, action, observation, { left, ...ahead.step })
        const { rows, send, readBack } = step
        await ceiling.before(ahead.step.dropped)
        for await (const done of runBatch(
          context,
          { number: number++, observation, rows, to, send, readBack },
          signal,
        )) {
          ceiling.after(done.counts.dropped)
          yield done
        }
        if (signal.aborted) return
        left = step.left()
      }
    }
  },
  giveBack: () => claimGivenBack,
}

interface Step {
  /** What it may claim, as far as is known: as many again as it asks for, since it goes on where others acked some. */
  readonly rows: readonly ObservedRow[]
  send(): Promise<Sent>
  readBack(lost: readonly EntryId[], fenced: boolean): Promise<BatchOutcome>
  /** What it did not come to. */
  left(): readonly ObservedRow[]
}

function createStep(
  context: RunContext,
  { to, count: most }: AutoClaim,
  observation: Observation,
  { left: all, start, count, foreign }: NextStep & Pick<Ahead, 'left'>,
): Step {
  const { writer, key, group } = context
  const own = all.slice(0, 2 * most)
  // Where others ack in that very moment it comes to these as well: then the journal knows whose they were.
  const rows = [...own, ...foreign].sort((a, b) => compareIds(a.id, b.id))
  const ids = idsOf(rows)
  let left: readonly ObservedRow[] = []

  const send = async (): Promise<Sent> => {
    let dropped = 0
    let passed: readonly EntryId[] = []
    const claimed = async (): Promise<readonly EntryId[]> => {
      const range = { minIdleMs: leastIdle(all.slice(0, most)) + ageOf(observation), start, count }
      const reply = await autoClaimJustId(writer, key, group, toBuffer(to), range)
      const done = new Set([...reply.claimed, ...(reply.deleted ?? [])])
      const isPassed = ({ id }: ObservedRow): boolean => reply.next === '0-0' || compareIds(id, reply.next) < 0
      passed = idsOf(own.filter((row) => isPassed(row) && !done.has(row.id)))
      left = all.filter((row) => !isPassed(row))
      dropped = reply.deleted?.length ?? 0
      return reply.claimed
    }
    const sent = await sendAll(writer, [{ ids, send: claimed }], () =>
      Promise.resolve({ ...noCounts, leftAlone: passed.length }),
    )
    return { ...sent, counts: addCounts(sent.counts, { ...noCounts, dropped }) }
  }
  const readBack = async (lost: readonly EntryId[], fenced: boolean): Promise<BatchOutcome> => {
    const read = await readAutoClaimBack(context, toBuffer(to), rows, observation, lost)
    // In no count, as the step did not come to them; but it may yet.
    return fenced ? read : { ...read, counts: { ...read.counts, unknown: lost.length - read.counts.changed } }
  }
  return { rows, send, readBack, left: () => left }
}

/**
 * What is the target's now and was delivered since the reading, with the delivery count it had, was claimed. What it holds
 * as before, or who held it still does, was not come to.
 */
async function readAutoClaimBack(
  { reader, key, group }: RunContext,
  to: Buffer,
  rows: readonly ObservedRow[],
  { at }: Observation,
  lost: readonly EntryId[],
): Promise<BatchOutcome> {
  const now = await observeIds(reader, key, group, lost)
  const before = new Map(rows.map((row) => [row.id, row]))
  const isSince = ({ deliveredBy }: ObservedRow): boolean => deliveredBy >= at
  const claimed = now.rows.filter(
    (row) => row.consumer.equals(to) && row.deliveries === before.get(row.id)?.deliveries && isSince(row),
  )
  const same = now.rows.filter(
    (row) => before.get(row.id)?.consumer.equals(row.consumer) === true && !claimed.includes(row),
  )
  const unknown = lost.length - claimed.length - same.length
  return {
    counts: { ...noCounts, changed: claimed.length, unknown },
    except: idsOf(same),
    until: claimed.reduce((latest, { deliveredBy }) => Math.max(latest, deliveredBy), now.at),
  }
}

function partsOf(rows: readonly ObservedRow[], count: number): readonly (readonly [ObservedRow, ...ObservedRow[]])[] {
  const parts: [ObservedRow, ...ObservedRow[]][] = []
  for (let at = 0; at < rows.length; at += count) {
    const [first, ...others] = rows.slice(at, at + count)
    if (first) parts.push([first, ...others])
  }
  return parts
}

function asksForIdleTimeOnly(selection: Selection, minIdleMs: number): boolean {
  if (selection.kind !== 'matching') return false
  const { minIdleMs: idle = minIdleMs, ...others } = selection.criteria
  return idle === minIdleMs && Object.values(others).every((each) => each === undefined)
}
