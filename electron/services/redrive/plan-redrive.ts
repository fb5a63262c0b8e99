import type { Mask } from '../../../shared/masking/mask'
import { maskRaw } from '../inspection/mask-raw'
import { randomUUID } from 'node:crypto'
import { cliArgument, type Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { ServerInfo } from '../../../shared/model/connection'
import type { RedriveOptions, RedrivePlan, RedriveSelection } from '../../../shared/model/redrive'
import { fromBuffer } from '../../redis/bytes'
import { serverTimeMs } from '../../redis/clock'
import { copiesByScript } from '../recovery/copies/copying'
import { readPositions, type GroupPositions } from '../inspection/group-positions'
import { countLosses, type LossCount } from '../inspection/other-groups'
import type { Source } from '../../redis/source'
import { takeSnapshot, type Snapshot } from '../inspection/stream-snapshot'
import { choose } from './choose'
import { createCopyReaders } from './copy-readers'
import { readLetter, tailOf, type Letter } from './letter'
import { readLetters, reachOf, type Reach } from './letters'
import { createTargets } from './targets'
import { message, sentence } from '../../../shared/words/messages'

export interface RedriveRequest {
  readonly connectionId: string
  readonly key: Bytes
  readonly selection: RedriveSelection
  readonly options: RedriveOptions
}

/** A plan, and what its run needs beside it. */
export interface PreparedRedrive {
  readonly plan: RedrivePlan
  readonly reach: Reach
  readonly snapshot: Snapshot
  readonly positions: GroupPositions
  /** The streams that may get copies, by `nameKey`. */
  readonly open: ReadonlyMap<string, Buffer>
  /** The plan's commands without what the entries hold, for the journal. */
  readonly outline: readonly string[]
}

/** How far a plan in the making is. */
export interface RedriveProgress {
  readonly walked: number
  readonly total: number
  readonly matched: number
}

const SHOWN_LINES = 10
/** So many groups of the stream itself are named. */
const MOST_READERS = 200
/** Bytes of an entry that is still written out in the lines for redis-cli. */
const SHOWN_BYTES = 2_048

/**
 * Reads the dead letters, decides of each where it goes, and looks at those streams and at the groups that need them still.
 * Changes nothing. Throws NOT_FOUND stream, and BAD_INPUT for more than 1000 streams.
 */
export async function* planRedrive(
  source: Source,
  request: RedriveRequest,
  server: ServerInfo,
  mask: Mask | null,
): AsyncGenerator<RedriveProgress, PreparedRedrive> {
  const { reader, key } = source
  const { options, selection } = request
  const snapshot = await takeSnapshot(reader, key)
  const at = await serverTimeMs(reader)
  const reach = reachOf(selection, snapshot.stream)
  const targets = createTargets(reader, key, options.create)
  const positions = await readPositions(source)
  const losses = await countLosses({ reader, key })
  const readers = createCopyReaders(reader)
  const unmarked = { entries: 0, goes: 0 }
  const leftAlone = { noProvenance: 0, tooOften: 0, refused: 0 }
  const ends: { first: EntryId | null; last: EntryId | null } = { first: null, last: null }
  const commands: string[] = []
  const outline: string[] = []
  const only = options.create || !server.capabilities.noMkStream.available ? '' : ' NOMKSTREAM'
  let entries = 0
  let goes = 0
  let notFound = 0
  for await (const page of readLetters(source, reach)) {
    const bound: { letter: Letter; to: Buffer }[] = []
    for (const letter of page.entries.map(readLetter)) {
      if (letter.origin === null) unmarked.entries += 1
      const choice = choose(letter, options)
      if ('to' in choice) bound.push({ letter, to: choice.to })
      else leftAlone[choice.stays] += 1
    }
    const takes = await targets.add(bound.map(({ to }) => to))
    const going = bound.filter((_, n) => takes[n])
    unmarked.goes += going.filter(({ letter }) => letter.origin === null).length
    await readers.add(going)
    await losses.add(
      going.map(({ letter }) => letter.id),
      true,
    )
    for (const { letter, to } of going.slice(0, SHOWN_LINES - commands.length / 2)) {
      commands.push(...linesFor(letter, key, to, only, at, mask))
      outline.push(...linesFor(letter, key, to, only, null, mask))
    }
    ends.first ??= going[0]?.letter.id ?? null
    ends.last = going.at(-1)?.letter.id ?? ends.last
    entries += page.entries.length
    notFound += page.missing
    goes += going.length
    leftAlone.refused += bound.length - going.length
    const walked = entries + notFound
    const total = reach.kind === 'ids' ? reach.ids.length : snapshot.stream.length
    yield { walked, total: Math.max(total, walked), matched: goes }
  }
  const open = targets.open()
  const plan: RedrivePlan = {
    id: randomUUID(),
    ...{ connectionId: request.connectionId, key: request.key, selection, options },
    ...{ entries, goes, firstId: ends.first, lastId: ends.last },
    targets: [...targets.list()],
    leftAlone,
    ...(unmarked.entries > 0 && { unmarked: { ...unmarked, ...readersOf(losses) } }),
    notFound,
    groups: [...losses.losses(0)],
    ...readers.list(),
    guard: guardOf(server, key, [...open.values()]),
    undo: { possible: false, note: message('undo.redrive') },
    notes: goes === 0 ? [] : [message('redrive.copies-have-new-ids')],
    commands,
  }
  return { plan, reach, snapshot, positions, open, outline }
}

/** Who reads the stream: every group that it has. */
function readersOf(losses: LossCount): Pick<NonNullable<RedrivePlan['unmarked']>, 'readers' | 'moreReaders'> {
  const names = losses.standing(0).map(({ name }) => name)
  return { readers: names.slice(0, MOST_READERS), moreReaders: Math.max(0, names.length - MOST_READERS) }
}

function guardOf(server: ServerInfo, key: Buffer, targets: readonly Buffer[]): RedrivePlan['guard'] {
  if (targets.every((target) => copiesByScript(server, key, target))) {
    return { atomic: true, note: message('guard.redrive-by-script') }
  }
  const mayScript = server.capabilities.eval.available
  return { atomic: false, note: message(mayScript ? 'guard.redrive-across-slots' : 'guard.redrive') }
}

/** What becomes of one entry, as redis-cli would do it. `at`: the time of the plan; null: without the entry's fields. */
function linesFor(
  letter: Letter,
  key: Buffer,
  to: Buffer,
  only: string,
  at: number | null,
  mask: Mask | null,
): readonly [string, string] {
  const [dead, target] = [key, to].map((name) => cliArgument(fromBuffer(name)))
  const fields = at === null ? [] : [...letter.fields.slice(0, letter.own), ...tailOf(letter, key, at)]
  const size = fields.reduce((sum, part) => sum + part.length, 0)
  const shown = maskRaw(mask, { id: letter.id, fields })
  const isShown = at !== null && size <= SHOWN_BYTES
  const words = isShown
    ? shown.entry.fields.map((part) => cliArgument(fromBuffer(part))).join(' ')
    : sentence(message('script.fields-of', { id: letter.id }))
  // What is not whole must not be sent by mistake.
  const hash = isShown && shown.count === 0 ? '' : '# '
  return [`${hash}XADD ${target}${only} * ${words}`, `${hash}XDEL ${dead} ${letter.id}`]
}
