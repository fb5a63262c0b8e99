import { cliArgument, type Bytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import { claimArguments } from '../../../redis/xclaim'
import type { ReferenceMode } from '../../../redis/xdelex'
import type { GroupRef } from '../action'
import { idsOf } from '../../jobs/run-batch'
import { claimSendings, type ClaimHow } from '../claims/claim-sendings'
import type { ObservedRow } from '../../inspection/observe-pending'
import { message, sentence } from '../../../../shared/words/messages'

const JOURNAL_LINES = 20
/** Room for the XACK and the XDEL of one batch, whose transaction makes no sense without its end. */
const JOURNAL_CHARACTERS = 24_000

/** The first of a plan's commands, as the journal keeps them: so few that no record grows large, and at least one. */
export function firstLines(commands: readonly string[]): string[] {
  let characters = 0
  return commands.slice(0, JOURNAL_LINES).filter((line, at) => {
    characters += line.length
    return at === 0 || characters <= JOURNAL_CHARACTERS
  })
}

/** redis-cli lines for what a run sends of one batch. */
export function claimLines(
  key: Bytes,
  group: Bytes,
  to: Bytes,
  rows: readonly ObservedRow[],
  how: ClaimHow = {},
): readonly string[] {
  const head = `XCLAIM ${cliArgument(key)} ${cliArgument(group)} ${cliArgument(to)}`
  return claimSendings(rows, how).map(
    ({ rows: members, options }) =>
      `${head} ${options.minIdleMs} ${[...idsOf(members), ...claimArguments(options)].join(' ')}`,
  )
}

/** A copying, as far as its lines tell. */
export interface CopyTold {
  readonly target: Bytes
  readonly edited: boolean
  readonly deleteOriginal: ReferenceMode | undefined
}

/** Copies have the entries' own fields, which are read only when it runs: so these lines are for reading, and do nothing. */
export function copyLines(
  { key, group }: GroupRef,
  { target, edited, deleteOriginal }: CopyTold,
  batches: readonly (readonly ObservedRow[])[],
): string[] {
  const [first = []] = batches
  const code = edited ? 'script.edited-copy-and-ack' : 'script.copy-and-ack'
  const line = (id: EntryId): string => {
    const copied = sentence(message(code, { target, key, group, id }))
    return deleteOriginal === undefined ? copied : `${copied}, ${deletionLine(key, id, deleteOriginal)}`
  }
  return idsOf(first.slice(0, 20)).map(line)
}

function deletionLine(key: Bytes, id: EntryId, mode: ReferenceMode): string {
  const name = cliArgument(key)
  return mode === 'KEEPREF' ? `XDEL ${name} ${id}` : `XDELEX ${name} ${mode} IDS 1 ${id}`
}

/** `mode` null: by XACK and XDEL. */
export function ackDeleteLines(
  { key, group }: GroupRef,
  ids: readonly EntryId[],
  mode: string | null,
): readonly string[] {
  if (ids.length === 0) return []
  const name = cliArgument(key)
  const all = ids.join(' ')
  if (mode !== null) return [`XACKDEL ${name} ${cliArgument(group)} ${mode} IDS ${ids.length} ${all}`]
  return ['MULTI', `XACK ${name} ${cliArgument(group)} ${all}`, `XDEL ${name} ${all}`, 'EXEC']
}

export function ackLines(key: Bytes, group: Bytes, ids: readonly EntryId[]): readonly string[] {
  return ids.map((id) => `XACK ${cliArgument(key)} ${cliArgument(group)} ${id}`)
}
