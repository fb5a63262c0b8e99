import { bytesKey, displayBytes, sameBytes, type Bytes } from '../../../shared/bytes'
import { formatCompact, formatCount } from '../../../shared/format/format-count'
import { formatDuration } from '../../../shared/format/format-duration'
import { formatRate } from '../../../shared/format/format-rate'
import type { GroupSample, Move } from '../../../shared/judgement/moves'
import type { PastGroup, PastStream } from '../../../shared/model/past'
import { words } from '../../../shared/words/words'
import type { ChartModel } from './chart-model'
import { linesChart, type Line } from './lines-chart'
import type { TimeMark, TimeView } from './time-chart'

export function groupAt(step: PastStream, name: Bytes): PastGroup | null {
  return step.groups.find((group) => sameBytes(group.name, name)) ?? null
}

/** What rates are made of. */
export function samplesOf(past: readonly PastStream[], name: Bytes): readonly GroupSample[] {
  return past.map((step) => {
    const group = groupAt(step, name)
    return {
      ...{ atMs: step.atMs, added: step.added, length: step.length, run: step.run },
      ...{ pending: group?.pending ?? null, lag: group?.lag ?? null, lagKind: group?.lagKind ?? 'unknown' },
      ...{ entriesRead: group?.entriesRead ?? null, consumers: group?.consumers ?? null },
    }
  })
}

/** The moments from which on a server was another process, or a stream or group another one than before. */
export function breakMarks(moves: readonly Move[]): readonly TimeMark[] {
  return moves.flatMap(({ toMs, breaks }) => (breaks === null ? [] : { atMs: toMs, label: words.chart.breaks[breaks] }))
}

/** In, delivered and acked per second. */
export function ratesChart(moves: readonly Move[], view: TimeView): ChartModel {
  const line = (name: string, of: (move: Move) => number | null): Line => ({
    ...{ name, format: formatRate, least: 0.1 },
    values: moves.map((move) => {
      const entries = of(move)
      return entries === null ? null : entries / ((move.toMs - move.fromMs) / 1_000)
    }),
  })
  return linesChart(
    moves.map(({ toMs }) => toMs),
    [
      line(words.chart.in, (move) => move.in),
      line(words.chart.delivered, (move) => move.delivered),
      line(words.chart.acked, (move) => move.acked),
    ],
    { what: words.chart.rates, axis: words.chart.perSecond },
    view,
  )
}

/** The lag, of what kind it was, and how long its oldest unread entry had waited. */
export function lagChart(past: readonly PastStream[], name: Bytes, view: TimeView): ChartModel {
  const groups = past.map((step) => groupAt(step, name))
  const isLeast = groups.map((group) => typeof group?.waits === 'object' && group.waits?.isLeast === true)
  const waited = past.map(({ atMs }, at) => {
    const waits = groups[at]?.waits ?? null
    return waits === 'none' ? 0 : waits === null ? null : Math.max(0, atMs - waits.sinceMs)
  })
  return linesChart(
    past.map(({ atMs }) => atMs),
    [
      { name: words.chart.lag, format: formatCompact, values: groups.map((group) => group?.lag ?? null) },
      {
        ...{ name: words.chart.waiting, format: formatDuration, values: waited, isSecond: true },
        ...{ isLeast, least: 1_000, file: { name: words.chart.waitingSeconds, unit: 1_000 } },
      },
    ],
    {
      ...{ what: words.chart.lagAndWaiting, axis: words.chart.entries, second: words.chart.waiting },
      notes: [
        {
          column: words.chart.lagKind,
          of: groups.map((group) => (group === null ? '' : words.chart.lagKinds[group.lagKind])),
        },
        {
          column: words.chart.waitingKind,
          of: waited.map((ms, at) => (ms === null ? '' : words.chart.lagKinds[isLeast[at] ? 'atLeast' : 'exact'])),
        },
      ],
    },
    view,
  )
}

/** Whom the steps name, those that held most first. */
export function holderNames(past: readonly PastStream[], name: Bytes): readonly Bytes[] {
  const most = new Map<string, { readonly name: Bytes; pending: number }>()
  for (const step of past) {
    for (const holder of groupAt(step, name)?.holders ?? []) {
      const known = most.get(bytesKey(holder.name)) ?? { name: holder.name, pending: 0 }
      known.pending = Math.max(known.pending, holder.pending)
      most.set(bytesKey(holder.name), known)
    }
  }
  return [...most.values()].sort((a, b) => b.pending - a.pending).map((each) => each.name)
}

/** What a consumer held at a step. Null: not known, as of one that others held more than where only the first are kept. */
export function heldBy(group: PastGroup | null, consumer: Bytes): number | null {
  if (group === null) return null
  const held = group.holders.find((holder) => sameBytes(holder.name, consumer))?.pending
  const kept = group.holders.reduce((sum, { pending }) => sum + pending, 0)
  return held ?? (kept >= group.pending ? 0 : null)
}

const MOST_AREAS = 8

/** Who held how much, one on the other; the last area is what all others held together. */
export function holdersChart(past: readonly PastStream[], name: Bytes, view: TimeView): ChartModel {
  const groups = past.map((step) => groupAt(step, name))
  const shown = holderNames(past, name).slice(0, MOST_AREAS)
  const lines = shown.map((consumer): Line => ({
    name: displayBytes(consumer),
    format: formatCount,
    values: groups.map((group) => heldBy(group, consumer)),
  }))
  const rest = groups.map((group) => {
    if (group === null) return null
    const named = shown.reduce((sum, consumer) => sum + (heldBy(group, consumer) ?? 0), 0)
    return Math.max(0, group.pending - named)
  })
  const others = { name: words.chart.allOthers, format: formatCount, values: rest }
  return linesChart(
    past.map(({ atMs }) => atMs),
    rest.every((held) => held === null || held === 0) && lines.length > 0 ? lines : [...lines, others],
    { what: words.chart.pendingByConsumer, axis: words.chart.entries, isStacked: true },
    view,
  )
}
