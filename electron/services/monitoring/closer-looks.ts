import type { Logger } from 'pino'
import { bytesKey, type Bytes } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import type { Settings } from '../../../shared/model/settings'
import type { TriageRow } from '../../../shared/judgement/triage-row'
import { fromBuffer, nameKey, toBuffer } from '../../redis/bytes'
import { PEEK_PAGE } from '../../redis/scripts/stream-look-lua'
import type { LookedGroup, NeglectedEntry, StreamLook } from '../../redis/stream-look'
import { countByCommands, countByScript } from '../inspection/lag-count'
import type { LagCount } from '../inspection/lag'
import type { Looker } from '../inspection/look'
import type { Deaths } from './deaths'
import type { KnownStreams } from './known-streams'
import { inTurns } from './in-turns'
import { createLagCounts, type LagToCount } from './lag-counts'
import { createPeekTurns } from './peek-turns'
import { nextPeek, PRESENCE_OF } from './peeks'

const PEEK_AGAIN_MS = 15_000
const PEEK_UNSEEN_AGAIN_MS = 60_000
/** Between two groups whose turn it is though they are not among the worst: the budget is for the figures first. */
const SPACING_MS = 500
/** Of one turn: some thousand entries. */
const MOST_PAGES = 5
/** Where entries come with being counted, they are small on average. */
const SMALL_ENTRY_BYTES = 4_096

interface CloserLookSources {
  readonly known: KnownStreams
  /** Worst first; null: not worked out yet. */
  readonly rows: () => readonly TriageRow[] | null
  readonly isSeen: () => boolean
  /** The one that keeps to the budget, of the server that has the key. */
  readonly looker: (key: Buffer) => Looker | undefined
  readonly settings: () => Pick<Settings, 'poisonDeliveries' | 'stalledAfterMs'>
  readonly deaths: Deaths
  /** Something new is known of a stream. */
  readonly onNews: (key: Bytes) => void
  /** An entry was met that its consumer does not touch: only a look tells what that makes of it. */
  readonly onNeglected: (key: Bytes) => void
  readonly log: Logger
}

/** What the figures of a stream leave open is looked at by itself, one group at a time, while there is room for it. */
export interface CloserLooks {
  /** Looks at one more; null: there is nothing to look at now. */
  start(): Promise<void> | null
  /** Takes in a look at a stream. */
  note(key: Buffer, look: StreamLook): void
  /** What was counted of a group's unread entries, as it stands at this look. */
  counted(key: Bytes, look: StreamLook, group: LookedGroup): LagCount | null
  isWaiting(): boolean
  /** What was met in a group that was not delivered for long. */
  neglected(groupId: string): readonly NeglectedEntry[]
  /** When there is something to look at by itself again, ms; null: not known yet. */
  dueInMs(): number | null
  /** Somebody asks for all of it again, and so for what was refused. */
  askAgain(): void
  forget(groupId: string): void
  /** Of those that were there `before`, what a whole look at their stream did not show any more. */
  forgetGone(before: readonly TriageRow[], now: readonly TriageRow[]): void
}

export function createCloserLooks(sources: CloserLookSources): CloserLooks {
  const { known, rows, isSeen, looker, settings, deaths, onNews, onNeglected, log } = sources
  const lags = createLagCounts()
  const turns = createPeekTurns()
  /** Infinity: it was refused, and each refusal is a line of the server's log. */
  const peekedAtMs = new Map<string, number>()

  let routinePeekAtMs = 0
  let isPeekWaiting = false
  const waitMs = (): number => Math.max(0, routinePeekAtMs + SPACING_MS - Date.now())

  const isOpen = ({ id, group }: TriageRow): boolean => turns.isOpen(id, group.pending)

  function startPeek(): Promise<void> | null {
    const againAfterMs = isSeen() ? PEEK_AGAIN_MS : PEEK_UNSEEN_AGAIN_MS
    const next = nextPeek(rows() ?? [], peekedAtMs, Date.now(), againAfterMs, isOpen)
    isPeekWaiting = next !== null
    if (!next || (!next.isUrgent && waitMs() > 0)) return null
    const { row, isUrgent } = next
    if (!isUrgent) routinePeekAtMs = Date.now()
    peekedAtMs.set(row.id, Date.now())
    const by = looker(toBuffer(row.key))
    if (by === undefined) return null
    return peekOn(by, row, againAfterMs).catch((error: unknown) => {
      // Gone or away, or not allowed: the row has what the summary tells, and its own view tells the error.
      if (isAppError(error, 'REDIS')) peekedAtMs.set(row.id, Infinity)
      if (!isAppError(error)) log.error({ err: error }, 'looking at pending entries failed')
    })
  }

  /** The oldest ones, if it is time for these, and some pages of what lies behind. */
  async function peekOn(by: Looker, { id, key, group }: TriageRow, againAfterMs: number): Promise<void> {
    const { poisonDeliveries, stalledAfterMs: neglectedAfterMs } = settings()
    const asked = { key: toBuffer(key), group: toBuffer(group.name), poisonDeliveries, neglectedAfterMs }
    const large = known.get(bytesKey(key))?.large ?? true
    const before = new Set(turns.neglected(id).map(({ consumer }) => nameKey(consumer)))
    const poison = turns.poisonBehind(id)
    if (poison !== null && (await by.pendingAmong(asked.key, asked.group, [poison])).length === 0)
      turns.forgetBehind(id)
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const after = turns.next(id, Date.now(), againAfterMs)
      const page = await by.peek({ ...asked, after, presence: after === null && !large ? PRESENCE_OF : 0 })
      const told = turns.note(id, page, after, Date.now())
      if (known.notePeek(key, id, told)) onNews(key)
      // By commands each row comes, and a page of them is all that there is room for.
      if (page === null || page.isEnd || page.peek.looked < PEEK_PAGE) break
    }
    if (turns.neglected(id).some(({ consumer }) => !before.has(nameKey(consumer)))) onNeglected(key)
  }

  function startDeath(): Promise<void> | null {
    const asked = deaths.start(looker)
    return (
      asked?.then(
        (key) => {
          if (key !== null) onNews(key)
        },
        (error: unknown) => {
          // Gone, away, or not allowed: then it is not known.
          if (!isAppError(error)) log.error({ err: error }, 'asking what a silent consumer holds failed')
        },
      ) ?? null
    )
  }

  function startCount(): Promise<void> | null {
    const asked = lags.next()
    const by = asked && looker(asked.key)
    if (!asked || !by) return null
    return countOf(by, asked).then(
      (count) => {
        if (count === null) return
        lags.counted(asked, count)
        if (known.noteCount(fromBuffer(asked.key), asked, count)) onNews(fromBuffer(asked.key))
      },
      (error: unknown) => {
        if (!isAppError(error)) log.error({ err: error }, 'counting a lag failed')
      },
    )
  }

  async function countOf(by: Looker, asked: LagToCount): Promise<LagCount | null> {
    const counted = await countByScript(by, asked.key, asked)
    return counted ?? (asked.averageBytes > SMALL_ENTRY_BYTES ? null : countByCommands(by, asked.key, asked))
  }

  function forget(groupId: string): void {
    peekedAtMs.delete(groupId)
    turns.forget(groupId)
    lags.forget(groupId)
    deaths.forget(groupId)
  }

  // However many are due of the one kind, the other does not wait behind all of them.
  const startOther = inTurns(startDeath, startCount)

  return {
    start: () => startPeek() ?? startOther(),
    note: lags.note,
    counted: lags.of,
    neglected: turns.neglected,
    isWaiting: () => lags.isWaiting() || deaths.isWaiting(),
    dueInMs: () => (isPeekWaiting ? Math.max(1, waitMs()) : null),
    askAgain() {
      for (const [id, atMs] of peekedAtMs) if (atMs === Infinity) peekedAtMs.delete(id)
    },
    forget,
    forgetGone(before, now) {
      const there = new Set(now.map(({ id }) => id))
      for (const { id } of before) if (!there.has(id)) forget(id)
    },
  }
}
