import type { ImportRead } from '../../../../electron/services/backup/import-read'
import { sentence } from '../../../../shared/words/messages'

/** A file as it comes, in pieces of so many bytes. */
export async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
}

/** What was read, in a line. */
export function said(read: ImportRead): string {
  if (read.kind === 'fault') return sentence(read.fault.data.problem)
  return read.kind === 'entry' ? [read.entry.id, ...read.entry.fields.map(String)].join(' ') : read.kind
}
