import { FINDING_HEALTH } from '../../shared/judgement/finding-weight'
import type { Telling } from '../../shared/model/alert'

/** How bad what was told is. */
export function toldHealth({ what, named }: Telling): 'good' | 'warn' | 'bad' {
  if (what === 'resolved') return 'good'
  return named.some(({ kind }) => FINDING_HEALTH[kind] === 'bad') ? 'bad' : 'warn'
}
