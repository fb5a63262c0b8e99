import type { Count } from '../../count'
import type { Finding } from '../finding'

type Figures = Readonly<Record<string, Count | null>>

/** The figures that a finding rests on, by name: entries, consumers, ms. No ids, no bodies. */
export function figuresOf(finding: Finding): Figures {
  switch (finding.kind) {
    case 'stalled':
    case 'dead': {
      const { pending, idleMs, others, othersPending } = finding
      return { pending, idleMs, otherConsumers: others, otherPending: othersPending }
    }
    case 'stuck':
      return { pending: finding.pending, idleMs: finding.idleMs, otherConsumers: finding.others }
    case 'poison':
      return { mostDeliveries: finding.peek.mostDeliveries, entries: finding.peek.poison }
    case 'suspect':
      return {
        deliveries: finding.suspect.deliveries,
        consumers: finding.suspect.consumers.length,
        others: finding.others,
      }
    case 'gone':
      return { entries: finding.peek.gone, lookedFor: finding.peek.lookedFor }
    case 'lagging':
    case 'unattended':
      return waiting(finding)
    case 'growing':
      return { ...waiting(finding), perSecond: finding.growth.perSecond, behindInMs: finding.behindInMs }
    case 'collision':
    case 'collision-soon': {
      const { inMs, lostPerHour, margin, trimsPerSecond, readsPerSecond } = finding.collision
      return { overtakenInMs: inMs, lostPerHour, margin, trimsPerSecond, readsPerSecond }
    }
    case 'trimmed':
      return { lost: finding.lost }
    case 'uneven':
      return { pending: finding.pending, percent: finding.percent, idleMs: finding.idleMs }
    case 'names':
      return { consumers: finding.spare }
    case 'beyond-end':
      return {}
    case 'rule-stopped':
      return { atMs: finding.atMs }
    case 'late':
      return { groups: finding.groups, waitingMs: finding.mostMs }
    case 'vanished':
      return { groups: finding.groups, streams: finding.streams }
    case 'memory': {
      const { length, memoryBytes, usedBytes, maxBytes, percent } = finding
      return { length, memoryBytes, usedBytes, maxBytes, percent }
    }
    case 'untrimmed':
      return { length: finding.length, memoryBytes: finding.memoryBytes }
    case 'dead-letters':
      return { length: finding.length, newestMs: finding.newestMs }
    case 'unreadable':
      return { streams: finding.streams }
  }
}

function waiting({ row }: Extract<Finding, { readonly kind: 'lagging' | 'unattended' | 'growing' }>): Figures {
  return { lag: row.group.lag.value, waitingMs: row.waiting.ms, pending: row.group.pending }
}
