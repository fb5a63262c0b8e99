import type { JobThrottle } from '../../../shared/model/job'
import { fromBuffer, nameKey } from '../../redis/bytes'
import { serverTimeMs } from '../../redis/clock'
import type { RawEntry } from '../../redis/xrange'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { runBatch, type Batch } from '../jobs/run-batch'
import { copiesByScript } from '../recovery/copies/copying'
import { requireSameGroups } from '../inspection/group-positions'
import { requireSame } from '../inspection/stream-snapshot'
import { redriveByCommands } from './by-commands'
import { redriveByScript } from './by-script'
import { choose } from './choose'
import type { RedriveContext } from './context'
import { readLetter, type Letter } from './letter'
import type { LetterBackup } from './letter-backup'
import { readLetters } from './letters'
import type { PreparedRedrive } from './plan-redrive'
import { fitsScript, mostOf, nextLetters, type Part } from './part'
import { readRedriveBack, unreadRedrive } from './read-back'

const NOBODY = Buffer.alloc(0)

export interface RunningRedrive extends RedriveContext {
  /** Null: nothing is saved. */
  readonly backup: LetterBackup | null
}

/**
 * Moves what the plan showed, page by page, and of each page stream by stream, so that what comes from one stream goes back
 * in order. Before each page the dead-letter stream is looked at: STALE_PLAN where it is another one by now; and before each
 * part its groups, where one came to need what goes. What the plan saw and is not there any more is counted as gone. Nothing is deleted that is not saved, where there is a backup.
 */
export async function* redrive(
  context: RunningRedrive,
  prepared: PreparedRedrive,
  signal: AbortSignal,
  throttle: () => JobThrottle,
): AsyncGenerator<JobStep, void> {
  try {
    yield* moveLetters(context, prepared, signal, throttle)
  } finally {
    await context.backup?.close()
  }
}

async function* moveLetters(
  context: RunningRedrive,
  { plan, reach, snapshot, positions, open }: PreparedRedrive,
  signal: AbortSignal,
  throttle: () => JobThrottle,
): AsyncGenerator<JobStep, void> {
  const { reader, key } = context
  let left = plan.goes
  let number = 0
  for await (const { entries } of readLetters(context, reach)) {
    await requireSame(reader, key, snapshot, plan.id)
    for (const [name, letters] of byTarget(entries, plan.options)) {
      const target = open.get(name)
      if (target === undefined) continue
      for (let at = 0; at < letters.length;) {
        const next = nextLetters(letters, at, mostOf(throttle().perSecond))
        at += next.length
        const last = next.at(-1)
        if (last !== undefined) await requireSameGroups(context, positions, plan.id, { through: last.id })
        for await (const step of movePart(
          context,
          { letters: next, target, create: plan.options.create },
          number++,
          signal,
        )) {
          left -= step.done
          yield step
        }
      }
    }
  }
  if (left > 0) yield { done: left, counts: { ...noCounts, gone: left } }
}

/** In order, by the `nameKey` of where they go. */
function byTarget(
  entries: readonly RawEntry[],
  options: PreparedRedrive['plan']['options'],
): ReadonlyMap<string, readonly Letter[]> {
  const targets = new Map<string, Letter[]>()
  for (const letter of entries.map(readLetter)) {
    const choice = choose(letter, options)
    if (!('to' in choice)) continue
    const name = nameKey(choice.to)
    const others = targets.get(name)
    if (others) others.push(letter)
    else targets.set(name, [letter])
  }
  return targets
}

async function* movePart(
  context: RunningRedrive,
  going: Pick<Part, 'letters' | 'target' | 'create'>,
  number: number,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, key, server, backup } = context
  if (backup !== null) {
    yield await backup.save(going.letters)
    if (signal.aborted) return
  }
  const at = await serverTimeMs(reader)
  const byScript = copiesByScript(server, key, going.target) && going.letters.every(fitsScript)
  const part: Part = { ...going, at, byScript, progress: { copies: new Map(), deleteSent: new Set() } }
  const batch: Batch = {
    number,
    observation: { at },
    // A dead letter is nobody's.
    rows: part.letters.map(({ id }) => ({ id, consumer: NOBODY, deliveries: 0, deliveredAt: at })),
    to: fromBuffer(part.target),
    send: () => (byScript ? redriveByScript : redriveByCommands)(context, part),
    readBack: (lost: readonly string[]) => readRedriveBack(context, part, lost),
    unread: (lost: readonly string[]) => unreadRedrive(part, lost),
  }
  yield* runBatch(context, backup === null ? batch : backup.confirming(batch), signal)
}
