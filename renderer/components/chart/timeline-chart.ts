import type { CsvCell } from '../../../shared/format/csv'
import { formatCount } from '../../../shared/format/format-count'
import { formatDuration } from '../../../shared/format/format-duration'
import type { PendingTimeline, Timeline } from '../../../shared/model/timeline'
import { words } from '../../../shared/words/words'
import type { ChartModel } from './chart-model'
import { fileTime, isWithin, markLines, timeLabel, timeOption, type TimeRange, type TimeView } from './time-chart'

/** Of one group. */
export interface PendingBars {
  readonly name: string
  readonly buckets: PendingTimeline['buckets']
}

/** All of the time that was counted. */
export function spanOf({ fromMs, stepMs, buckets }: Timeline): TimeRange {
  return { fromMs, toMs: fromMs + stepMs * buckets.length }
}

const entriesSaid = ({ count, isSampled }: Timeline['buckets'][number]): string =>
  isSampled ? words.timeline.about(formatCount(count)) : formatCount(count)
const pendingSaid = (bar: PendingTimeline['buckets'][number] | undefined): string => {
  if (bar === undefined) return words.base.unknown
  return bar.isLeast ? words.chart.atLeast(formatCount(bar.count)) : formatCount(bar.count)
}

/** A figure is one; that it may be more is said. */
const inFile = (bar: PendingTimeline['buckets'][number] | undefined): CsvCell =>
  bar?.isLeast === true ? pendingSaid(bar) : (bar?.count ?? null)

const NONE = { bucket: { count: 0, isSampled: false }, at: 0 }

/** How many entries lie in each stretch of time, and of these how many are pending; what is about is dashed, and not told by colour alone. */
export function timelineChart(timeline: Timeline, pending: PendingBars | null, view: TimeView): ChartModel {
  const { stepMs, buckets } = timeline
  const { theme, span } = view
  const entriesName = words.timeline.perBucket(formatDuration(stepMs))
  const beginOf = (at: number): number => timeline.fromMs + at * stepMs
  const middle = (at: number): number => beginOf(at) + stepMs / 2
  const label = (at: number): string => timeLabel(beginOf(at), span)
  const shown = buckets.map((bucket, at) => ({ bucket, at })).filter(({ at }) => isWithin(middle(at), view))
  const most = shown.reduce((a, b) => (b.bucket.count > a.bucket.count ? b : a), shown[0] ?? NONE)
  const total = shown.reduce((sum, { bucket }) => sum + bucket.count, 0)
  const isAbout = shown.some(({ bucket }) => bucket.isSampled)
  const totalSaid = isAbout ? words.timeline.about(words.counted.entries(total)) : words.counted.entries(total)
  const tip = (at: number): string =>
    [
      words.timeline.stretch(label(at), label(at + 1)),
      `${entriesName}: ${buckets[at] ? entriesSaid(buckets[at]) : ''}`,
      ...(pending ? [`${words.timeline.pendingIn(pending.name)}: ${pendingSaid(pending.buckets[at])}`] : []),
    ].join('\n')
  const option = timeOption(view)
  const bar = { type: 'bar', barGap: '-100%', barCategoryGap: '8%', barMinHeight: 1 } as const
  const kindOf = (isSampled: boolean): string => (isSampled ? words.timeline.sampled : words.timeline.exact)
  const columns = [
    words.chart.time,
    entriesName,
    words.timeline.kind,
    ...(pending ? [words.timeline.pendingIn(pending.name)] : []),
  ]
  return {
    isEmpty: buckets.length === 0,
    summary:
      shown.length === 0
        ? words.timeline.title
        : words.timeline.summary(
            totalSaid,
            label(shown[0]?.at ?? 0),
            timeLabel(beginOf((shown.at(-1)?.at ?? 0) + 1), span),
            entriesSaid(most.bucket),
            label(most.at),
          ),
    option: {
      ...option,
      tooltip: {
        ...(option['tooltip'] as object),
        // Of the whole stretch: the axis would tell its middle.
        formatter: (points: readonly { readonly dataIndex: number }[]) => tip(points[0]?.dataIndex ?? 0),
      },
      series: [
        {
          ...bar,
          ...markLines(view),
          name: entriesName,
          color: theme.accent,
          data: buckets.map(({ count, isSampled }, at) => ({
            value: [middle(at), count > 0 ? count : null],
            itemStyle: isSampled
              ? { opacity: 0.45, borderColor: theme.accent, borderWidth: 1, borderType: 'dashed' }
              : {},
          })),
        },
        ...(pending
          ? [
              {
                ...bar,
                z: 3,
                name: words.timeline.pendingIn(pending.name),
                color: theme.warn,
                data: pending.buckets.map(({ count }, at) => [middle(at), count > 0 ? count : null]),
              },
            ]
          : []),
      ],
    },
    table: {
      columns,
      rows: shown
        .map(({ bucket, at }) => [
          ...[label(at), formatCount(bucket.count), kindOf(bucket.isSampled)],
          ...(pending ? [pendingSaid(pending.buckets[at])] : []),
        ])
        .reverse(),
      csv: shown.map(({ bucket, at }) => [
        ...[fileTime(beginOf(at)), bucket.count, kindOf(bucket.isSampled)],
        ...(pending ? [inFile(pending.buckets[at])] : []),
      ]),
      csvColumns: columns,
    },
  }
}
