import type { SweepRequest } from '../../shared/model/sweep'
import type { SweepAction } from '../../shared/model/rule'
import { words } from '../../shared/words/words'

/** In the order of how little they risk. */
export const SWEEP_KINDS = [
  'spread',
  'claim',
  'deadLetter',
  'ackGone',
  'release',
] as const satisfies readonly SweepAction['kind'][]
export const SWEEP_TAKES = ['stalled', 'idle', 'all'] as const

/** A sweep as a person fills it in. Null: what is typed is no number, or nothing where that may be. */
export interface SweepFormFields {
  readonly stream: string
  readonly group: string
  readonly kind: SweepAction['kind']
  readonly to: string
  readonly deadStream: string
  readonly mode: Extract<SweepAction, { kind: 'release' }>['mode']
  readonly take: (typeof SWEEP_TAKES)[number]
  readonly idleSeconds: number | null
  readonly minDeliveries: number | null
}

/** What stalled consumers hold, everywhere, over those that are active. */
export const EMPTY_SWEEP: SweepFormFields = {
  ...{ stream: '*', group: '*', kind: 'spread', to: '', deadStream: '', mode: 'SILENT' },
  ...{ take: 'stalled', idleSeconds: 60, minDeliveries: null },
}

/** What has to be said first, in words. */
export function sweepMissing({ stream, group, kind, to, take, idleSeconds }: SweepFormFields): string | null {
  if (stream.trim() === '' || group.trim() === '') return words.sweep.givePattern
  if (kind === 'claim' && to === '') return words.sweep.nameConsumer
  return take === 'idle' && idleSeconds === null ? words.sweep.giveIdle : null
}

/** Null: something is missing. */
export function readSweepForm(form: SweepFormFields, connectionId: string): SweepRequest | null {
  if (sweepMissing(form) !== null) return null
  const { stream, group, take, idleSeconds, minDeliveries } = form
  const minIdleMs = take === 'idle' ? (idleSeconds ?? 0) * 1_000 : 0
  return {
    ...{ connectionId, stream: stream.trim(), group: group.trim() },
    take: { stalled: take === 'stalled', minIdleMs, minDeliveries },
    action: actionOf(form),
  }
}

function actionOf({ kind, to, deadStream, mode }: SweepFormFields): SweepAction {
  switch (kind) {
    case 'claim':
      return { kind, to }
    case 'deadLetter':
      return { kind, stream: deadStream === '' ? null : deadStream }
    case 'release':
      return { kind, mode }
    case 'spread':
    case 'ackGone':
      return { kind }
  }
}
