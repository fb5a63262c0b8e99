import type { SavedValue } from '../../../shared/model/entry'

export interface SavedFile {
  readonly outcome: SavedValue
  /** Once its bytes are not kept any more. */
  readonly done: Promise<void>
}

/**
 * Of a host: lets a person have bytes as a file of about this name. `read` is called once there is somewhere to put them,
 * or never: then it was cancelled. Throws what `read` throws; STORAGE where the file could not be written.
 */
export type SaveFile = (name: string, read: () => Promise<Buffer>) => Promise<SavedFile>
