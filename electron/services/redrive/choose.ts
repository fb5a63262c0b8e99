import type { RedriveOptions } from '../../../shared/model/redrive'
import { toBuffer } from '../../redis/bytes'
import type { Letter } from './letter'

/** Where a dead letter goes, or why it stays. */
export type Choice = { readonly to: Buffer } | { readonly stays: 'noProvenance' | 'tooOften' }

export function choose({ origin, redrives }: Letter, { to, strays, mostRedrives }: RedriveOptions): Choice {
  const target = origin === null ? strays : (to ?? origin)
  if (target === null) return { stays: 'noProvenance' }
  if (redrives >= mostRedrives) return { stays: 'tooOften' }
  return { to: Buffer.isBuffer(target) ? target : toBuffer(target) }
}
