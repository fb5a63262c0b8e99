import { expect, test } from 'vitest'
import { firstRemedy } from '../../../shared/judgement/first-remedy'
import { findingsIn } from '../../../shared/judgement/findings'
import { triageRows } from '../../../shared/judgement/triage-row'
import type { ClaimSeen } from '../../../shared/model/claim-outcome'
import type { GroupSummary } from '../../../shared/model/stream'
import { stalled, summary, thresholds } from './judged-samples'

const seen = (end: ClaimSeen['end']): ClaimSeen => ({ end, at: 1 })

test.each<[string, Partial<GroupSummary>, ClaimSeen | null, string]>([
  ['one is active, and nothing was seen', { active: 1 }, null, 'claim'],
  ['what was claimed before was taken up', { active: 1 }, seen('taken'), 'claim'],
  ['what was claimed before was left', { active: 1 }, seen('left'), 'requeue'],
  ['nobody is alive, and nothing was seen', { active: 0, stuck: 0 }, null, 'claim'],
  ['who is alive leaves what it holds', { active: 0, stuck: 1 }, null, 'requeue'],
  [
    'who is alive leaves what it holds, though one took up what was claimed',
    { active: 0, stuck: 1 },
    seen('taken'),
    'requeue',
  ],
  ['one of two that are alive leaves what it holds', { active: 1, stuck: 1 }, null, 'claim'],
  ['consumers were not counted', { active: null, stuck: null }, null, 'claim'],
])('where %s', (_what, changes, claims, remedy) => {
  const one = summary('orders', [{ ...stalled, ...changes }])
  const sources = { rates: () => null, peek: () => undefined, claims: () => claims }
  const found = findingsIn(triageRows(one, thresholds), [one], sources, thresholds).find(
    ({ kind }) => kind === 'stalled',
  )
  if (found?.kind !== 'stalled') throw new Error('nothing is stalled')
  expect(firstRemedy(found)).toBe(remedy)
})
