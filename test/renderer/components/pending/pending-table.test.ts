// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import PendingTable from '../../../../renderer/components/pending/PendingTable.vue'
import { useSettings } from '../../../../renderer/stores/settings'
import type { PendingEntry } from '../../../../shared/model/pending'
import { words } from '../../../../shared/words/words'
import { fakeApi } from '../../helpers/fake-api'
import { mountOn } from '../../helpers/mount-view'

enableAutoUnmount(afterEach)

const entries: readonly PendingEntry[] = [1, 4, 5, 20].map((deliveries) => ({
  ...{ id: `${deliveries}-0`, consumer: 'worker-3', idleMs: 2_400_000, deliveries, inStream: true, body: null },
}))
const marked = (): number =>
  [...document.querySelectorAll('.health-mark')].filter((one) => one.textContent.includes(words.pending.deliveredOften))
    .length

it('marks what was delivered so often as the settings call an entry that keeps failing, and follows them', async () => {
  fakeApi({})
  const props = { label: 'Pending', entries, stale: false, selected: new Set<string>(), active: null }
  await mountOn(PendingTable, props)
  expect(marked()).toBe(2)
  const settings = useSettings()
  for (const [poisonDeliveries, marks] of [
    [4, 3],
    [6, 1],
    [21, 0],
  ] as const) {
    settings.settings = { ...settings.settings, poisonDeliveries }
    await flushPromises()
    expect(marked()).toBe(marks)
  }
})
