import { createOwnSight, type OwnSight } from '../../../../shared/judgement/alerts/own-sight'
import type { Standing } from '../../../../shared/judgement/alerts/standing'
import { stepAlert } from '../../../../shared/judgement/alerts/step'
import type { Trouble } from '../../../../shared/judgement/alerts/trouble'
import type { Finding } from '../../../../shared/judgement/finding'
import { triageRows } from '../../../../shared/judgement/triage-row'
import { displayName } from '../../../../shared/format/display-name'
import type { Alert } from '../../../../shared/model/alert'
import { ANY_ALERT } from '../../../helpers/any-alert'
import { group, summary, thresholds } from '../judged-samples'

export const SECOND = 1_000
export const MINUTE = 60_000
export const NOON = Date.parse('2026-11-30T12:00:00Z')

export const anyAlert: Alert = { ...ANY_ALERT, id: 'a1' }

/** On one group of `orders`, of a kind that stands on a row. */
export function on(name: string, kind: 'stalled' | 'dead' | 'lagging' | 'unattended' = 'stalled'): Finding {
  const [row] = triageRows(summary('orders', [group(name)]), thresholds)
  if (!row) throw new Error('no row')
  if (kind === 'lagging') return { kind, id: `lagging/${row.id}`, row, rates: null }
  if (kind === 'unattended') return { kind, id: `unattended/${row.id}`, row }
  return {
    kind,
    id: `stalled/${row.id}`,
    row,
    consumer: 'w',
    pending: 1,
    idleMs: 1,
    others: 0,
    othersPending: 0,
    claims: null,
  }
}

/** What lies on the disk, for all processes. */
export interface Disk {
  standing: readonly Standing[]
}

interface Told {
  readonly raised: readonly string[]
  readonly resolved: readonly string[]
}

/** One process that looks: each look is a step, and what it tells. */
export function aProcess(disk: Disk, beganMs: number, zone = 'UTC') {
  const own: OwnSight = createOwnSight(beganMs)
  return {
    look(
      nowMs: number,
      alert: Alert,
      there: readonly (Finding | Trouble)[],
      wasLookedFor: (name: string) => boolean = () => true,
    ): Told {
      const troubles = there.map((each) => ('finding' in each ? each : { finding: each, isSnoozed: false }))
      own.saw(
        troubles.map(({ finding }) => finding.id),
        nowMs,
      )
      const { standing, raised, resolved, isChanged } = stepAlert({
        ...{ alert, connectionId: 'c1', standing: disk.standing, troubles, own, nowMs, zone },
        wasLookedFor: ({ group: name }) => wasLookedFor(displayName(name ?? '')),
      })
      if (isChanged) disk.standing = JSON.parse(JSON.stringify(standing)) as readonly Standing[]
      return {
        raised: raised.map(({ finding }) => finding.id),
        resolved: resolved.map(({ findingId }) => findingId),
      }
    },
  }
}
