// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import PlanEffect from '../../../../renderer/components/recovery/PlanEffect.vue'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { message } from '../../../../shared/words/messages'
import { mountOn } from '../../helpers/mount-view'

const plan: RecoveryPlan = {
  ...{ id: 'p', connectionId: 'c', key: 'orders', group: 'billing' },
  selection: { kind: 'consumer', consumer: 'alice' },
  action: { kind: 'ack' },
  ...{ entries: 12_000, changes: 12_000, drops: 0, gone: null, notPending: 0 },
  ...{ consumers: [], oldestId: null, mostDeliveries: null, warnings: [], otherGroups: [], commands: [] },
  guard: { atomic: false, note: message('guard.ack') },
  undo: { possible: true, note: message('undo.claim') },
  notes: [message('recovery.bound-by-count', { read: 10_000, unread: 2_000 })],
}
const said = (name: string): string | undefined =>
  document.querySelector(`[data-test=${name}]`)?.textContent?.replace(/\s/g, ' ')

afterEach(() => {
  document.body.innerHTML = ''
})
enableAutoUnmount(afterEach)

describe('what a plan would change', () => {
  it('says what may be changed all the same where Redis can’t leave it alone', async () => {
    await mountOn(PlanEffect, { plan })
    expect(said('plan-guard')).toBe(
      'Scripts are not allowed here: what moves just between reading and acking is acked too.',
    )
  })

  it('says nothing of that where it can', async () => {
    await mountOn(PlanEffect, { plan: { ...plan, guard: { atomic: true, note: message('guard.ack-by-script') } } })
    expect(said('plan-guard')).toBeUndefined()
  })

  it('says what is bound by its number only', async () => {
    await mountOn(PlanEffect, { plan })
    expect(said('plan-note')).toMatch(/^The first 10 000 were read one by one.* other 2 000 are bound by their number/)
  })
})
