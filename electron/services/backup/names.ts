import path from 'node:path'

/** What a backup was made before; `import`: a file of entries, read and checked, about to be added to a stream. */
export type BackupKind = 'trim' | 'ack-delete' | 'delete' | 'redrive' | 'import'

export interface BackupName {
  readonly kind: BackupKind
  /** Of the journal's record that it was made for; of an import its own, of no record. */
  readonly recordId: string
  /** Left in the middle: the file never got its own name. */
  readonly partial: boolean
}

const NAME =
  /^(?:(trim)-\d{14}|(ack-delete|delete|redrive|import))-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl(\.partial)?$/
export const PARTIAL = '.partial'

export function backupFolder(dataDir: string): string {
  return path.join(dataDir, 'backups')
}

export function backupFile(dataDir: string, kind: BackupKind, recordId: string): string {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const what = kind === 'trim' ? `trim-${stamp}` : kind
  return path.join(backupFolder(dataDir), `${what}-${recordId}.jsonl`)
}

/** What hashes held before they were written: of each record that wrote some. */
export function hashFolder(dataDir: string): string {
  return path.join(dataDir, 'hashes')
}

const HASH_NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/

/** The record; null for a name that is none of these files. */
export function readHashName(name: string): string | null {
  return HASH_NAME.exec(name)?.[1] ?? null
}

/** What of a backup went is written down under the same name, in a folder of its own beside that of the backups. */
export function wentFile(backup: string): string {
  return path.join(path.dirname(path.dirname(backup)), 'backups-went', path.basename(backup))
}

/** Null for a name that is no backup's. A name that is one has no way out of the folder in it. */
export function readBackupName(name: string): BackupName | null {
  const [, trim, other, recordId, partial] = NAME.exec(name) ?? []
  const kind = (trim ?? other) as BackupKind | undefined
  return kind === undefined || recordId === undefined ? null : { kind, recordId, partial: partial !== undefined }
}
