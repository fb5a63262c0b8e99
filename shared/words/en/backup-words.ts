import type { Backup, BackupContents } from '../../model/restore'
import { formatCount, formatNoun } from '../../format/format-count'

const KINDS: Readonly<Record<Backup['kind'], string>> = {
  trim: 'Before a trim',
  'ack-delete': 'Before an ack and delete',
  delete: 'Before a deletion',
}

export function kindWords({ kind, partial }: Backup): string {
  return partial ? `${KINDS[kind]}: never finished` : KINDS[kind]
}

/** What of it can't be read; null when all can. */
export function damageWords(contents: Pick<BackupContents, 'damaged'> | null, stream: Backup['stream']): string | null {
  if (stream === null) return 'Its first line can’t be read'
  if (!contents || contents.damaged === 0) return null
  return `${formatNoun(contents.damaged, 'line')} can’t be read`
}

export function entriesWords({ contents, stream }: Backup): string {
  if (contents) return formatCount(contents.entries)
  return stream === null ? 'unknown' : 'not counted'
}
