import type { ExportTarget, ExportStop } from '../../../shared/model/export'

/** A file that is being made. It has its name, or its end, only once it is whole. */
export interface OpenedFile {
  readonly target: ExportTarget
  /** Waits until there is room for more. Throws `FileStopped`, STORAGE, or the signal's reason. */
  write(chunk: Buffer): Promise<void>
  /** All of it was written. Throws as `write`. */
  end(): Promise<void>
  /** It is not to be. Never throws, and does nothing to one that has ended. */
  drop(): Promise<void>
}

/** Of a host: a file of about this name, for a person to have. Null: none was wanted. Throws STORAGE. */
export type OpenFile = (name: string, signal: AbortSignal | undefined) => Promise<OpenedFile | null>

/** Whoever was to have it is not there. */
export class FileStopped extends Error {
  override readonly name = 'FileStopped'
  constructor(readonly why: Extract<ExportStop, 'left' | 'not-fetched'>) {
    super(why)
  }
}
