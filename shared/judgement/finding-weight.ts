import type { Finding, FindingKind } from './finding'
import type { Health } from './severity'

/** How bad each kind is: bad where entries are lost, or not worked on; a warning where they may come to be. */
export const FINDING_HEALTH: Readonly<Record<FindingKind, Extract<Health, 'bad' | 'warn'>>> = {
  ...{ stalled: 'bad', dead: 'bad', stuck: 'bad', poison: 'bad', 'beyond-end': 'bad', trimmed: 'bad' },
  ...{ unattended: 'bad', vanished: 'bad', memory: 'bad' },
  ...{ gone: 'warn', lagging: 'warn', growing: 'warn', late: 'warn', unreadable: 'warn', uneven: 'warn' },
  ...{ suspect: 'warn', collision: 'warn', 'collision-soon': 'bad' },
  ...{ names: 'warn', untrimmed: 'warn', 'dead-letters': 'warn', 'rule-stopped': 'warn' },
}

/** Entries that nobody works on weigh most; each doubling of what is concerned counts one. */
export function weighFinding(finding: Finding): number {
  switch (finding.kind) {
    case 'stalled':
      return 10 + Math.log2(finding.pending + finding.othersPending)
    case 'dead':
      return 10.5 + Math.log2(finding.pending + finding.othersPending)
    case 'stuck':
      return 9.5 + Math.log2(finding.pending)
    case 'poison':
      return 9 + 1.5 * Math.log2(Number(finding.peek.mostDeliveries))
    case 'suspect':
      return 9 + 1.5 * Math.log2(finding.suspect.consumers.length)
    case 'gone':
      return 9 + Math.log2(finding.peek.gone)
    // The more is lost and the sooner, the worse.
    case 'collision':
    case 'collision-soon':
      return 12 + Math.log2((1 + finding.collision.lostPerHour) / (1 + finding.collision.inMs / 1_000))
    case 'trimmed':
      return 9 + Math.log2(finding.lost)
    case 'vanished':
      return 14 + Math.log2(finding.groups)
    case 'unattended':
      return 6 + lagWeight(finding)
    case 'growing':
    case 'lagging':
      return 2 + lagWeight(finding)
    case 'late':
      return 6
    case 'beyond-end':
      return 9
    case 'unreadable':
      return 8
    case 'uneven':
      return 3 + Math.log2(finding.pending)
    case 'names':
      return 1 + Math.log2(finding.spare)
    case 'memory':
      return 12
    case 'rule-stopped':
      return 8
    case 'untrimmed':
      return 5
    case 'dead-letters':
      return 5 + Math.log2(finding.length)
  }
}

function lagWeight({ row }: Extract<Finding, { readonly kind: 'lagging' | 'growing' | 'unattended' }>): number {
  return Math.log2(Math.max(1, Number(row.group.lag.value ?? 1)))
}
