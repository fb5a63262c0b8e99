import { createHash } from 'node:crypto'
import type { Bytes } from '../../shared/bytes'
import type { StreamReport } from '../../shared/model/monitoring'
import { webWords } from '../../shared/words/en/web-words'
import type { Measured } from '../api/measured'

/** Groups, and streams, that are listed at the most; the worst of them. The others are counted. */
export const MOST_LISTED = 500
const MOST_NAME = 128

type Labels = Readonly<Record<string, string>>

/** One figure with all who have it. What is not known is not there, and never 0. */
interface Figure {
  readonly name: string
  readonly help: string
  readonly samples: (readonly [Labels, number])[]
}

type GroupReport = StreamReport['groups'][number]
type GroupSummary = StreamReport['summary']['groups'][number]

interface OfGroup {
  readonly labels: Labels
  readonly summary: GroupSummary
  readonly report: GroupReport
}

/**
 * What the host knows already of its connections, as Prometheus reads it; nothing is asked of a server for it. Figures of a
 * connection that is down are old, and not told. https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricsText(connections: readonly Measured[], nowMs: number, most = MOST_LISTED): string {
  const { help } = webWords.metrics
  const figure = (name: keyof typeof help): Figure => ({ name: `sluice_${name}`, help: help[name], samples: [] })
  const up = figure('connection_up')
  const known = figure('streams')
  const unreadable = figure('streams_unreadable')
  const age = figure('oldest_figure_age_seconds')
  const unlistedStreams = figure('streams_not_listed')
  const unlistedGroups = figure('groups_not_listed')
  const length = figure('stream_length')
  const lag = figure('group_lag_entries')
  const pending = figure('group_pending_entries')
  const idle = figure('group_oldest_pending_idle_seconds')
  const waiting = figure('group_waiting_seconds')
  const stalled = figure('group_stalled_consumers')

  for (const { id, name, isUp, streams } of connections) {
    const of: Labels = { connection: cut(name), connection_id: id }
    up.samples.push([of, isUp ? 1 : 0])
    if (!isUp) continue
    const readable = streams.filter(({ summary }) => summary.error === null)
    known.samples.push([of, streams.length])
    unreadable.samples.push([of, streams.length - readable.length])
    if (streams.length > 0) {
      const oldestMs = streams.reduce((oldest, { readAtMs }) => Math.min(oldest, readAtMs), nowMs)
      age.samples.push([of, (nowMs - oldestMs) / 1000])
    }
    const share = Math.ceil(most / connections.length)
    const listed = readable.toSorted((a, b) => worstOf(b) - worstOf(a)).slice(0, share)
    for (const { summary } of listed) length.samples.push([{ ...of, stream: label(summary.key) }, summary.length])
    unlistedStreams.samples.push([of, streams.length - listed.length])
    const groups = readable.flatMap((report) => groupsOf(of, report))
    const more = readable.reduce((sum, { summary }) => sum + summary.moreGroups, 0)
    unlistedGroups.samples.push([of, more + Math.max(0, groups.length - share)])
    for (const { labels, summary, report } of worst(groups, share)) {
      const { value, kind } = summary.lag
      if (value !== null) lag.samples.push([{ ...labels, kind }, Number(value)])
      pending.samples.push([labels, summary.pending])
      if (summary.oldestIdleMs !== null) idle.samples.push([labels, summary.oldestIdleMs / 1000])
      const { ms, kind: how } = report.waiting
      if (ms !== null) waiting.samples.push([{ ...labels, kind: how }, ms / 1000])
      if (summary.stalled !== null) stalled.samples.push([labels, summary.stalled])
    }
  }
  return [up, known, unreadable, age, unlistedStreams, unlistedGroups, length, lag, pending, idle, waiting, stalled]
    .map(figureText)
    .join('')
}

function worstOf({ groups }: StreamReport): number {
  return groups.reduce((most, { badness }) => Math.max(most, badness), -1)
}

function groupsOf(of: Labels, { summary, groups }: StreamReport): readonly OfGroup[] {
  return summary.groups.flatMap((group, at) => {
    const report = groups[at]
    const labels = { ...of, stream: label(summary.key), group: label(group.name) }
    return report === undefined ? [] : [{ labels, summary: group, report }]
  })
}

function worst(groups: readonly OfGroup[], most: number): readonly OfGroup[] {
  return groups.toSorted((a, b) => b.report.badness - a.report.badness).slice(0, most)
}

/** No two names have the same label, be they of any bytes, and none is long. */
function label(name: Bytes): string {
  if (typeof name !== 'string') return cut(`base64:${name.base64}`)
  return cut(name.startsWith('base64:') ? `base64:${Buffer.from(name).toString('base64')}` : name)
}

function cut(name: string): string {
  if (name.length <= MOST_NAME) return name
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16)
  // Not between the halves of a character.
  return `${Buffer.from(name.slice(0, MOST_NAME)).toString()}…${digest}`
}

function figureText({ name, help, samples }: Figure): string {
  if (samples.length === 0) return ''
  const lines = samples.map(([labels, value]) => `${name}{${labelsText(labels)}} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`
}

function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (found) => ESCAPED[found] ?? found)}"`)
    .join(',')
}

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }
