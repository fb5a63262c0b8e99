import { z } from 'zod'

/** What a file of entries may be. */
export const IMPORT_FORMATS = ['jsonl', 'csv'] as const
export const importFormat = z.enum(IMPORT_FORMATS)
export type ImportFormat = z.infer<typeof importFormat>
