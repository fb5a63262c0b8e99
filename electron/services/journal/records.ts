import { sameBytes, type Bytes } from '../../../shared/bytes'
import type { ClaimSeen } from '../../../shared/model/claim-outcome'
import type { JobCounts } from '../../../shared/model/job'
import type { JournalRecord } from '../../../shared/model/journal'
import { addCounts, noCounts } from '../../../shared/judgement/job-counts'
import type { MovedEntries } from '../inspection/moved-entries'
import type { Touches } from '../inspection/own-signs'
import type { BeginLine, EndLine, JournalLine, NamedMark, UndoLeft } from './lines'
import { createClaimsSeen } from './claims-seen'
import { createMadeConsumers, type MadeBy } from './made-consumers'
import type { Span } from './batches'
import { createMoved } from './moved'
import { createTouched } from './touched'
import type { LineSpan } from './writing'

/** The parts of a beginning that may be long: 10 000 ids, say. They stay on the disk until they are asked for. */
export type LongParts = Pick<BeginLine, 'request' | 'groupChange' | 'restore'>
export type Whereabouts = Pick<BeginLine, 'server' | 'stream' | 'beside' | 'atomic'>

export interface KnownRecord {
  readonly begin: Omit<BeginLine, keyof LongParts>
  /** The file that its `begin` is in. */
  readonly file: string
  readonly span: Span
  readonly end: EndLine | null
  /** Of the batches that have an outcome. */
  readonly counts: JobCounts
  readonly backupFile: string | null
  /** The stream that it made. */
  readonly made?: NamedMark
}

export interface Undone {
  readonly id: string
  readonly undos: readonly string[]
}

type UndonePartly = NonNullable<JournalRecord['undo']['partly']>

/** What the lines of all files come to: the records, without their batches. */
export interface Records {
  /** Null: it is nowhere; of a record that is known. */
  apply(line: JournalLine, at: LineSpan | null): void
  /** Forgets the records whose first file is no longer there. */
  keepOnly(isThere: (file: string) => boolean): void
  get(id: string): KnownRecord | undefined
  /** Newest first. */
  all(): readonly KnownRecord[]
  /** The record that undid this one as far as it ever can be, or null. */
  undoneBy(id: string): string | null
  /** What undos of this record have given back so far, and who holds the rest. Null: it is not undone in part. */
  undonePartly(id: string): UndonePartly | null
  /** Those begun of this record. The oldest first. */
  undosOf(id: string): readonly string[]
  /** Of the records since this one on the same group: those that may hold its entries, and can be undone still. The oldest first. */
  holdersSince(id: string): readonly string[]
  /** Of the records since this one on the same group: those that undos were begun of, and which. The oldest first. */
  undoneSince(id: string): readonly Undone[]
  /** The consumers of a group that were given entries: the last time of each. */
  touched(connectionId: string, key: Bytes, group: Bytes): Touches
  /** The consumers of a group that were made by giving them entries: the last time of each. */
  madeConsumers(connectionId: string, key: Bytes, group: Bytes): readonly MadeBy[]
  /** Entries that consumers of a group were given as idle as they were. */
  moved(connectionId: string, key: Bytes, group: Bytes): readonly MovedEntries[]
  /** What was seen of the last claim in a group that was followed. */
  claimSeen(connectionId: string, key: Bytes, group: Bytes): ClaimSeen | null
  /** No record on the same group was begun since this one. */
  isLast(id: string): boolean
}

export function createRecords(): Records {
  const known = new Map<string, KnownRecord>()
  /** The undos that were begun of a record, in any order. */
  const undos = new Map<string, Set<string>>()
  const touched = createTouched()
  const madeConsumers = createMadeConsumers()
  const moved = createMoved()
  const claims = createClaimsSeen()

  const all = (): readonly KnownRecord[] => [...known.values()].sort((a, b) => a.begin.at - b.begin.at)

  const undosKnown = (id: string): readonly KnownRecord[] =>
    [...(undos.get(id) ?? [])].flatMap((undo) => known.get(undo) ?? []).sort((a, b) => a.begin.at - b.begin.at)
  const undosOf = (id: string): readonly string[] => undosKnown(id).map(({ begin }) => begin.id)
  const lastLook = (id: string): LastLook | null => undosKnown(id).reduce(lookedAgain, null)
  const undoneBy = (id: string): string | null => {
    const last = lastLook(id)
    return last?.isWhole === true && isClosing(last.left) ? last.by : null
  }
  const since = (id: string): readonly KnownRecord[] => {
    const first = known.get(id)?.begin
    if (!first) return []
    return all().filter(({ begin }) => begin.at >= first.at && begin.id !== id && isSameSubject(begin, first))
  }

  return {
    apply(line, at) {
      if (line.t === 'format') return
      if (line.t === 'begin') {
        if (at === null) return
        const { file, from } = at
        const span = { file, from, end: null }
        known.set(line.id, { begin: withoutLongParts(line), file, span, end: null, counts: noCounts, backupFile: null })
        if (line.undoes !== null) undos.set(line.undoes, (undos.get(line.undoes) ?? new Set()).add(line.id))
        return
      }
      const record = known.get(line.id)
      if (!record) return
      if (line.t === 'outcome') known.set(line.id, { ...record, counts: addCounts(record.counts, line.counts) })
      if (line.t === 'outcome' && line.moved) moved.add(record.begin, line.moved)
      if (line.t === 'touched')
        touched.add({ ...record.begin, group: line.group ?? record.begin.group }, line.consumers)
      if (line.t === 'madeConsumers') madeConsumers.add(record.begin, line.consumers)
      if (line.t === 'followed') claims.add(record.begin, line)
      if (line.t === 'made') known.set(line.id, { ...record, made: line.stream })
      if (line.t === 'backup') known.set(line.id, { ...record, backupFile: line.file })
      if (line.t === 'end') {
        const span = at === null ? record.span : { ...record.span, end: at }
        known.set(line.id, { ...record, end: line, counts: line.counts, span })
      }
    },
    keepOnly(isThere) {
      for (const [id, { file, begin }] of known) {
        if (isThere(file)) continue
        known.delete(id)
        undos.delete(id)
        if (begin.undoes !== null) undos.get(begin.undoes)?.delete(id)
      }
    },
    get: (id) => known.get(id),
    // Files are read one after the other, so records of two processes that ran side by side come in two runs.
    all: () => all().toReversed(),
    touched: touched.of,
    madeConsumers: madeConsumers.of,
    moved: moved.of,
    claimSeen: claims.of,
    isLast: (id) => since(id).length === 0,
    undoneBy,
    undonePartly(id) {
      const last = lastLook(id)
      if (last === null || (last.isWhole && !last.left)) return null
      const back = undosKnown(id).reduce((sum, { counts }) => sum + counts.changed, 0)
      if (!last.isWhole) return { back, held: [], open: 0, isStopped: true }
      const left = last.left ?? { held: [], open: 0 }
      const held = left.held.flatMap(({ record, entries }) => {
        const holder = known.get(record)?.begin
        return holder
          ? [{ recordId: record, summary: holder.summary, entries, isUndone: undoneBy(record) !== null }]
          : []
      })
      return { back, held, open: left.open }
    },
    undosOf,
    holdersSince(id) {
      return since(id).flatMap(({ begin, counts }) => {
        const mayHold = begin.undo.possible && counts.changed + counts.unknown > 0 && undoneBy(begin.id) === null
        return mayHold ? [begin.id] : []
      })
    },
    undoneSince(id) {
      const later = since(id)
      return later.flatMap(({ begin }) => {
        const undos = later.filter((each) => each.begin.undoes === begin.id).map((each) => each.begin.id)
        return undos.length === 0 ? [] : [{ id: begin.id, undos }]
      })
    },
  }
}

/** What the undos of a record came to. `left`: what the last one could not give back. */
interface LastLook {
  readonly by: string
  readonly left: UndoLeft | undefined
  /** False: it has not come to its end, so that what is left is not known. */
  readonly isWhole: boolean
}

/**
 * One that left all alone has undone nothing: once what came later was undone, it may find something to give back. After
 * one that did give something back it tells what is left by now.
 */
function lookedAgain(before: LastLook | null, { begin, end, counts }: KnownRecord): LastLook | null {
  const { changed, unknown, leftAlone } = counts
  const hasChanged = changed + unknown > 0
  if (end?.state !== 'done') return hasChanged ? { by: begin.id, left: undefined, isWhole: false } : before
  if (before === null && !hasChanged && leftAlone > 0) return null
  return { by: begin.id, left: end.left, isWhole: true }
}

function isClosing(left: UndoLeft | undefined): boolean {
  return left === undefined || (left.held.length === 0 && left.open === 0)
}

function isSameSubject(a: KnownRecord['begin'], b: KnownRecord['begin']): boolean {
  const isSameGroup = a.group === null || b.group === null ? a.group === b.group : sameBytes(a.group, b.group)
  return a.connectionId === b.connectionId && sameBytes(a.key, b.key) && isSameGroup
}

function withoutLongParts({ request: _request, groupChange: _change, restore: _restore, ...begin }: BeginLine) {
  return begin
}

/** A record for the screen. `running`: whether one without an end may still get it. */
export function shownRecord(
  { begin, end, counts, ...known }: KnownRecord,
  running: boolean,
  { undoneBy, partly }: Pick<JournalRecord['undo'], 'undoneBy' | 'partly'>,
): JournalRecord {
  const { id, at, connectionId, connectionName, who = null, action, key, group, summary, commands, undo, sweep } = begin
  return {
    ...{ id, at, connectionId, connectionName, who, action, key, group, summary, commands, counts },
    endedAt: end?.at ?? null,
    state: end?.state ?? (running ? 'running' : 'interrupted'),
    error: end?.error ?? null,
    undo: { ...undo, undoneBy, ...(partly ? { partly } : {}) },
    backupFile: end?.backupFile ?? known.backupFile,
    ...(sweep === undefined ? {} : { sweep }),
  }
}
