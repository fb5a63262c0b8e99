import type { Finding } from './finding'
import { FINDING_HEALTH, weighFinding } from './finding-weight'

/** All that is wrong with one group, or the one thing that is wrong with something else; what matters most first. */
export interface FindingCard {
  readonly id: string
  readonly health: 'bad' | 'warn'
  readonly findings: readonly [Finding, ...Finding[]]
}

/** One card per group, bad ones first, then by what they weigh. */
export function findingCards(findings: readonly Finding[]): readonly FindingCard[] {
  const byGroup = new Map<string, Finding[]>()
  for (const finding of findings) {
    const id = 'row' in finding ? finding.row.id : finding.id
    const same = byGroup.get(id)
    if (same) same.push(finding)
    else byGroup.set(id, [finding])
  }
  return [...byGroup]
    .flatMap(([id, own]) => {
      const [first, ...rest] = own.toSorted((a, b) => rankOf(b) - rankOf(a))
      return first
        ? [{ id, health: FINDING_HEALTH[first.kind], findings: [first, ...rest] as const, rank: rankOf(first) }]
        : []
    })
    .sort((a, b) => b.rank - a.rank)
    .map(({ id, health, findings: own }) => ({ id, health, findings: own }))
}

/** Beyond what any of them weighs. */
const BAD = 1_000

function rankOf(finding: Finding): number {
  return weighFinding(finding) + (FINDING_HEALTH[finding.kind] === 'bad' ? BAD : 0)
}
