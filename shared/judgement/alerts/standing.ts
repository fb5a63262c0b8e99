import { z } from 'zod'
import { bytes } from '../../bytes'
import { findingKind } from '../../model/alert'

/**
 * What one alert knows of one finding of one connection; kept on the disk, for all processes. `held`: it stands, and was not told yet.
 * `told`: it was. `owed`: it is not there any more, which is to be told after the quiet hours. `cured`: it is not there any more; kept a
 * little, for processes that still see what was before.
 */
export const standing = z.object({
  alertId: z.string(),
  connectionId: z.string(),
  findingId: z.string(),
  kind: findingKind,
  key: bytes.nullable(),
  group: bytes.nullable(),
  phase: z.enum(['held', 'told', 'owed', 'cured']),
  /** Since when it stands, as far as it was seen; when it was seen last, now and then; and when the phase began. ms since 1970. */
  sinceMs: z.number(),
  seenMs: z.number(),
  phaseMs: z.number(),
})
export type Standing = z.infer<typeof standing>
