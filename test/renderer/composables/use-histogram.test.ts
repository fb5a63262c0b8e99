// @vitest-environment happy-dom
import { effectScope, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linkState } from '../../../renderer/api/link-state'
import { useHistogram } from '../../../renderer/composables/use-histogram'
import type { PendingHistogram } from '../../../shared/model/pending'
import { events, fakeApi } from '../helpers/fake-api'

const target = { connectionId: 'c1', key: 'orders', group: 'billing' }
let scope: EffectScope

function counted(many: number, state: PendingHistogram['state']): PendingHistogram {
  const histogram = { from: [0], counts: [many] }
  return { state, counted: many, total: 300_000, idleMs: histogram, deliveries: histogram }
}

beforeEach(() => {
  linkState.value = { kind: 'connected' }
  scope = effectScope()
})
afterEach(() => scope.stop())

describe('counting the pending list', () => {
  it('shows as it counts, and ends', async () => {
    fakeApi({
      pending: {
        histogram: (_input, options) =>
          events([counted(1_000, 'counting'), counted(300_000, 'done')], options?.signal, true),
      },
    })
    const one = scope.run(() =>
      useHistogram(
        () => target,
        () => null,
      ),
    )
    one?.start()
    await expect.poll(() => one?.counting.value).toBe(false)
    expect(one?.histogram.value?.counted).toBe(300_000)
    expect(one?.stopped.value).toBe(false)
  })

  it('keeps what was counted when it is stopped', async () => {
    fakeApi({ pending: { histogram: (_input, options) => events([counted(1_000, 'counting')], options?.signal) } })
    const one = scope.run(() =>
      useHistogram(
        () => target,
        () => 'worker-3',
      ),
    )
    one?.start()
    await expect.poll(() => one?.histogram.value?.counted).toBe(1_000)
    one?.stop()
    expect(one?.counting.value).toBe(false)
    expect(one?.stopped.value).toBe(true)
    expect(one?.histogram.value?.counted).toBe(1_000)
  })

  it('shows the count before until a new one is whole', async () => {
    let list = [counted(300_000, 'done')]
    fakeApi({ pending: { histogram: (_input, options) => events(list, options?.signal) } })
    const one = scope.run(() =>
      useHistogram(
        () => target,
        () => null,
      ),
    )
    one?.start()
    await expect.poll(() => one?.counting.value).toBe(false)
    list = [counted(5, 'counting')]
    one?.start()
    await expect.poll(() => one?.counting.value).toBe(true)
    expect(one?.histogram.value?.counted).toBe(300_000)
  })
})
