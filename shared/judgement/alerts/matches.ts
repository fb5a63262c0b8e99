import type { Bytes } from '../../bytes'
import { displayName } from '../../format/display-name'
import { matcher } from '../../glob'
import type { Alert } from '../../model/alert'
import { FINDING_HEALTH } from '../finding-weight'
import { SEVERITY } from '../severity'
import type { Subject } from './trouble'

/** Whether an alert is about the findings of this connection. */
export function isOnConnection({ connectionIds }: Alert, connectionId: string): boolean {
  return connectionIds.length === 0 || connectionIds.includes(connectionId)
}

/** Whether an alert, on whatever connection, is about a finding of this subject. Names are compared as they are shown. */
export function subjectMatcher({ kinds, least, stream, group }: Alert): (subject: Subject) => boolean {
  const byStream = nameMatcher(stream)
  const byGroup = nameMatcher(group)
  return (subject) =>
    (kinds.length === 0 || kinds.some((kind) => kind === subject.kind)) &&
    SEVERITY[FINDING_HEALTH[subject.kind]] >= SEVERITY[least] &&
    byStream(subject.key) &&
    byGroup(subject.group)
}

function nameMatcher(pattern: string): (name: Bytes | null) => boolean {
  if (pattern === '') return () => true
  const isMatch = matcher(pattern)
  return (name) => name !== null && isMatch(displayName(name))
}
