import type { Count } from '../../count'
import { displayBytes, type Bytes } from '../../bytes'
import { displayName } from '../../format/display-name'
import { formatNoun, pluralForm } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'
import { formatSize } from '../../format/format-size'
import type { CopyPlan, CopyRequest, CopyWarning } from '../../model/stream-copy'

/** "Adds 240 entries (12 KiB) to the end of orders, by new ids, in their order". */
function copySentence({ entries, bytes, key, ids, creates, read }: CopyPlan): string {
  if (entries === 0) return read === 0 ? 'Copies nothing: there is no entry in it' : 'Copies nothing: none is like that'
  const what = `${formatNoun(entries, 'entry', 'entries')} (${formatSize(bytes)})`
  const how = ids === 'keep' ? 'by their own ids' : 'by new ids, in their order'
  return creates
    ? `Makes ${displayName(key)} with ${what}, ${how}`
    : `Adds ${what} to the end of ${displayName(key)}, ${how}`
}

function named(groups: readonly Bytes[]): string {
  const names = groups.slice(0, 5).map((name) => displayBytes(name))
  return `${names.join(', ')}${groups.length > names.length ? ` and ${groups.length - names.length} more` : ''}`
}

/** Who will be given them; null when there is no group. */
function givenSentence({ groups, entries }: CopyPlan): string | null {
  if (groups.length === 0 || entries === 0) return null
  const whose = groups.length === 1 ? 'Its group' : `Each of its ${groups.length} groups`
  return `${whose} will be given all of them, as new: ${named(groups)}.`
}

const WARNINGS: Readonly<Record<CopyWarning, string>> = {
  itself: 'Source and target are one stream: it holds them twice then. What is added meanwhile is not copied.',
  'entries-untold':
    'Of some entries it can’t be told whether they are what is looked for, for they are too large: they are left out.',
  'groups-untold': 'The server does not tell the groups of the target: each that there is will be given all of them.',
}

function copyWarnings(plan: CopyPlan): readonly string[] {
  const { warnings, beyond, notFound, unknown = 0, memory, bytes, entries } = plan
  const told = warnings.map((each) => WARNINGS[each])
  if (unknown > 0) {
    const of = formatNoun(unknown, 'entry', 'entries')
    told.push(
      `Nobody can tell whether ${of} that ${pluralForm(unknown, { one: 'was', other: 'were' })} sent arrived: left out, and missing if not.`,
    )
  }
  if (beyond.length > 0 && entries > 0) {
    told.push(`Groups that stand beyond these ids, and will not be given them: ${named(beyond)}.`)
  }
  if (notFound > 0) told.push(`${formatNoun(notFound, 'of these ids is', 'of these ids are')} not in the stream.`)
  if (memory !== null && entries > 0) {
    const full = memory.policy === 'noeviction' ? 'refuse writes' : `remove keys (${memory.policy})`
    told.push(
      `The server uses ${formatSize(memory.usedBytes)} of its maxmemory of ${formatSize(memory.maxBytes)}, and this takes ${formatSize(bytes)} at least: it may ${full}.`,
    )
  }
  return told
}

/** How long it takes by the ids' own times; null: these don't matter. */
function takes({ takesMs, entries }: CopyPlan): string | null {
  return takesMs === null || entries === 0
    ? null
    : `By the times in their ids it takes ${formatDuration(takesMs)} at least.`
}

export const streamCopyWords = {
  copy: 'Copy to another stream…',
  title: 'Copy to another stream',
  resumeTitle: 'Go on with a copy',
  what: 'What',
  connection: 'Connection',
  notOpen: (name: string) => `${name} (not open)`,
  isReadOnly: (name: string) => `${name} (read-only)`,
  stream: 'To the stream',
  streamExample: 'orders-copy',
  nameStream: 'Name the stream',
  ids: 'Ids',
  idsOf: {
    new: 'New ones, given by the server',
    keep: 'Their own (all above those of the target)',
  } satisfies Record<CopyRequest['ids'], string>,
  pace: 'Pace',
  fast: 'As fast as the servers bear it',
  asItWas: 'As they came, by the times in their ids',
  faster: (times: Count) => `${times} times as fast as they came`,
  maxGap: 'Longest rest between two',
  anyGap: 'As it was',
  gap: (ms: number) => formatDuration(ms),
  limitHint: 'Entries per second are limited in its notice, while it runs.',
  provenanceHint: 'sluice:restored and sluice:restored-id. By them a copy is known again when a reply gets lost.',
  sentence: copySentence,
  given: givenSentence,
  warnings: copyWarnings,
  takes,
  upTo: 'What is added to the source from now on is not copied.',
  between: (first: string, last: string) => (first === last ? first : `${first} to ${last}`),
  nothing: 'There is nothing to copy',
  runCount: (entries: Count) => `Copy ${formatNoun(entries, 'entry', 'entries')}`,
  run: 'Copy',
}
