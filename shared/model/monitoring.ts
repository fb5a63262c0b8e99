import { z } from 'zod'
import { bytes } from '../bytes'
import { count } from '../count'
import { entryId } from '../entry-id'
import { appErrorInfo } from '../error-data'
import { claimSeen } from './claim-outcome'
import { suspect } from './last-words'
import { stoppedRule } from './rule-stop'
import { groupSummary, streamSummary } from './stream'

export const groupState = z.enum([
  'stalled-hold',
  'stuck-hold',
  'beyond-end',
  'poison',
  'lagging',
  'not-known',
  'no-consumers',
  'fine',
])
export const streamState = z.enum([...groupState.options, 'unreadable', 'no-groups'])

export const groupRates = z.object({
  inPerSecond: z.number().nullable(),
  outPerSecond: z.number().nullable(),
  ackedPerSecond: z.number().nullable(),
  growsPerSecond: z.number().nullable(),
  drainMs: z.number().nullable(),
})

export const pendingPeek = z.object({
  looked: z.int(),
  mostDeliveries: count,
  mostId: entryId,
  poison: z.int(),
  poisonDeliveries: z.int(),
  lookedFor: z.int(),
  gone: z.int(),
  isWhole: z.boolean(),
})

const judgement = {
  state: groupState,
  isLagging: z.boolean(),
  waiting: z.object({
    ms: z.number().nullable(),
    kind: z.enum(['none', 'byId', 'atLeast', 'unknown']),
    atMostMs: z.number().nullable(),
  }),
  badness: z.number(),
}

/** What is made of a group: see `shared/judgement/triage-row.ts` and `rates.ts`. */
export const groupReport = z.object({
  ...judgement,
  /** Null: not known yet, or not told by the server. */
  rates: groupRates.nullable(),
  /** Pending and lag together at the last looks, at most 30, the newest last. */
  backlog: z.array(z.number()).readonly(),
  /** Null: nothing is pending, or none was looked at. `isWhole`: all of them had their turn. */
  peek: pendingPeek.nullable(),
  /** Null: no claim in it was followed, or nothing came of one yet. */
  claims: claimSeen.nullable(),
})
export type GroupReport = z.infer<typeof groupReport>

/** A stream as it was last read, and what is made of it; `groups` one by one as in the summary. */
export const streamReport = z.object({
  summary: streamSummary,
  /** When, ms since 1970 by the host's clock. */
  readAtMs: z.number(),
  state: streamState,
  groups: z.array(groupReport).readonly(),
})
export type StreamReport = z.infer<typeof streamReport>

const triageRow = z.object({ id: z.string(), key: bytes, group: groupSummary, ...judgement })

const onRow = { id: z.string(), row: triageRow }

const onStream = { id: z.string(), key: bytes }

const vanishedGroup = z.object({
  key: bytes,
  group: bytes,
  withStream: z.boolean(),
  consumers: z.int(),
  pending: z.int(),
  lastDeliveredId: entryId,
  sinceMs: z.number(),
})

const growth = z.object({ perSecond: z.number(), lag: z.number(), spanMs: z.number() })

const collision = z.object({
  ...{ inMs: z.number(), lostPerHour: z.number(), margin: z.number() },
  ...{ trimsPerSecond: z.number(), readsPerSecond: z.number(), spanMs: z.number() },
})

/** Something that needs a look: see `shared/judgement/finding.ts`. */
export const finding = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['stalled', 'dead']),
    ...onRow,
    consumer: bytes,
    pending: z.int(),
    idleMs: z.number(),
    others: z.int(),
    othersPending: z.int(),
    claims: claimSeen.nullable(),
    heldThen: z.int().nullable().optional(),
  }),
  z.object({
    kind: z.literal('stuck'),
    ...onRow,
    consumer: bytes,
    pending: z.int(),
    idleMs: z.number(),
    others: z.int(),
  }),
  z.object({ kind: z.enum(['poison', 'gone']), ...onRow, peek: pendingPeek }),
  z.object({ kind: z.literal('suspect'), ...onRow, suspect, others: z.int() }),
  z.object({ kind: z.literal('lagging'), ...onRow, rates: groupRates.nullable() }),
  z.object({ kind: z.literal('growing'), ...onRow, growth, behindInMs: z.number() }),
  z.object({ kind: z.literal('unattended'), ...onRow }),
  z.object({ kind: z.enum(['collision', 'collision-soon']), ...onRow, collision }),
  z.object({ kind: z.literal('trimmed'), ...onRow, lost: z.int(), firstId: entryId.nullable() }),
  z.object({
    kind: z.literal('uneven'),
    ...onRow,
    consumer: bytes,
    pending: z.int(),
    percent: z.int(),
    idleMs: z.number(),
  }),
  z.object({ kind: z.literal('names'), ...onRow, spare: z.int() }),
  z.object({ kind: z.literal('beyond-end'), ...onRow, lastGeneratedId: entryId }),
  z.object({
    kind: z.literal('late'),
    id: z.string(),
    groups: z.int(),
    rows: z.array(triageRow).readonly(),
    mostMs: z.number(),
  }),
  z.object({
    kind: z.literal('vanished'),
    id: z.string(),
    streams: z.int(),
    groups: z.int(),
    named: z.array(vanishedGroup).readonly(),
  }),
  z.object({ kind: z.literal('untrimmed'), ...onStream, length: z.int(), memoryBytes: z.number().nullable() }),
  z.object({
    kind: z.literal('memory'),
    ...onStream,
    length: z.int(),
    memoryBytes: z.number().nullable(),
    usedBytes: z.number(),
    maxBytes: z.number(),
    percent: z.int(),
    evicts: z.boolean(),
    grows: z.boolean().nullable(),
  }),
  z.object({ kind: z.literal('dead-letters'), ...onStream, length: z.int(), newestMs: z.number() }),
  z.object({ kind: z.literal('rule-stopped'), id: z.string(), ...stoppedRule.shape }),
  z.object({
    kind: z.literal('unreadable'),
    id: z.string(),
    streams: z.int(),
    keys: z.array(bytes).readonly(),
    error: appErrorInfo,
  }),
])

/**
 * What the host sees of a connection's streams, as it changes. `begin` comes first: `watchId` names this subscription.
 * `clock`: what time it is on the server, whose clock all its times are of.
 * `streams`: those that were read and differ from what was told before. `findings`: those of the worst cards, as many cards as
 * the page shows, of `count` in all, of which `bad` are bad, beside `snoozed` findings that nobody wants to be told (see `shared/judgement/finding-cards.ts`).
 */
export const monitoringEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begin'), watchId: z.string() }),
  z.object({ kind: z.literal('clock'), serverNowMs: z.number() }),
  z.object({ kind: z.literal('streams'), streams: z.array(streamReport).readonly() }),
  z.object({
    kind: z.literal('findings'),
    findings: z.array(finding).readonly(),
    count: z.int(),
    bad: z.int(),
    snoozed: z.int(),
  }),
  /** The findings that were told are those of so many streams. */
  z.object({ kind: z.literal('judged'), streams: z.int() }),
])
export type MonitoringEvent = z.infer<typeof monitoringEvent>
