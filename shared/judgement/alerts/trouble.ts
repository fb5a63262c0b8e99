import { bytesKey, type Bytes } from '../../bytes'
import { groupKey } from '../../group-key'
import type { Finding, FindingKind } from '../finding'

/** A finding by itself: where the home screen gathers many to one, each of them. */
export interface Trouble {
  readonly finding: Finding
  /** Nobody wants to be told of it just now. */
  readonly isSnoozed: boolean
}

/** Of what a finding is. Null: of more than one. */
export interface Subject {
  readonly kind: FindingKind
  readonly key: Bytes | null
  readonly group: Bytes | null
}

export function subjectOf(finding: Finding): Subject {
  const { kind } = finding
  if ('row' in finding) return { kind, key: finding.row.key, group: finding.row.group.name }
  if ('key' in finding) return { kind, key: finding.key, group: null }
  const [key, ...keys] = finding.kind === 'unreadable' ? finding.keys : []
  if (key !== undefined && keys.length === 0) return { kind, key, group: null }
  const [one, ...others] = finding.kind === 'vanished' ? finding.named : []
  return one && others.length === 0 ? { kind, key: one.key, group: one.group } : { kind, key: null, group: null }
}

/** Kinds that take each other's place while the trouble is the same: who was stalled is gone for good, what lags is read by nobody, what was far off is near. */
const SAME: Partial<Record<FindingKind, FindingKind>> = {
  dead: 'stalled',
  'collision-soon': 'collision',
  growing: 'lagging',
  late: 'lagging',
  unattended: 'lagging',
}

/** One string for all that may be told of the same trouble. */
export function sameTrouble({ kind, key, group }: Subject, findingId: string): string {
  // Of no stream: each is another.
  if (kind === 'rule-stopped') return findingId
  const where = key === null ? '' : group === null ? bytesKey(key) : groupKey(key, group)
  return `${SAME[kind] ?? kind}/${where}`
}
