// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import LastWords from '../../../../renderer/components/pending/LastWords.vue'
import type { LastWords as Told } from '../../../../shared/model/last-words'
import type { Consumer } from '../../../../shared/model/group'
import { fakeApi } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

const target = { connectionId: 'c1', key: 'orders', group: 'billing' }
const fallen = {
  ...{ consumer: 'worker-3', silentSinceMs: Date.now() - 60_000, held: 1_204, wasWatched: true },
  entriesAtMs: Date.now() - 40_000,
  entries: [1, 2, 3, 4, 5, 6, 7].map((n) => ({ id: `${n}-0`, deliveries: n })),
}
const worker = (pending: number): Consumer => ({
  ...{
    name: 'worker-3',
    pending,
    idleMs: 60_000,
    inactiveMs: null,
    oldestIdleMs: null,
    health: 'stalled',
  },
})
const said = (): string | undefined =>
  document.querySelector('[data-test=last-words]')?.textContent.replace(/\s+/g, ' ').trim()

async function show(told: Partial<Told>, consumer: string | null, pending = 1_204) {
  fakeApi({ group: { lastWords: () => ({ fallen: [], suspects: [], ...told }) } })
  const mounted = await mountOn(LastWords, { target, consumer, consumers: [worker(pending)] })
  await flushPromises()
  return mounted
}
enableAutoUnmount(afterEach)
afterEach(() => (document.body.innerHTML = ''))

describe('last words', () => {
  it('say what the consumer that is shown held, with those first that were tried most often', async () => {
    await show({ fallen: [fallen] }, 'worker-3', 988)
    expect(said()).toMatch(
      /^worker-3 gave its last sign of life 1 min ago. When it was found silent it held 1 204 entries. It holds 988 now.Tried before, as read 40 s ago:/,
    )
    const ids = [...document.querySelectorAll('.ids button')].map(({ textContent }) => textContent.trim())
    expect(ids).toEqual([7, 6, 5, 4, 3].map((n) => `${n}-0, delivered ${n}×`))
  })

  it.each([
    ['more, as others were claimed to it since', 1_300, / It holds 1.300 now\.Tried/],
    ['none', 0, / It holds none now\.Tried/],
    ['as many', 1_204, /held 1.204 entries\.Tried/],
  ])('say what it holds now: %s', async (_what, pending, expected) => {
    await show({ fallen: [fallen] }, 'worker-3', pending)
    expect(said()).toMatch(expected)
  })

  it('say what is not known', async () => {
    await show({ fallen: [{ ...fallen, wasWatched: false, entries: null }] }, 'worker-3')
    expect(said()).toMatch(/before it was watched\. When it was seen first it held .*Which they were is not known\.$/)
  })

  it('name nothing that was tried but once', async () => {
    await show({ fallen: [{ ...fallen, entries: [{ id: '1-0', deliveries: 1 }] }] }, 'worker-3')
    expect(said()).toMatch(/it held 1 204 entries\.$/)
  })

  it('name suspects whoever is shown, and open them', async () => {
    const suspect = { id: '7-0', deliveries: 3, consumers: ['worker-3', 'worker-4'] }
    const shown = await show({ fallen: [fallen], suspects: [suspect] }, null)
    expect(said()).toBe('7-0 was held by 2 consumers that gave no sign of life since, and is pending still.')
    button('7-0').click()
    expect(shown.findComponent(LastWords).emitted('open')).toEqual([['7-0']])
  })

  it('are not there where nobody fell silent', async () => {
    await show({ fallen: [fallen] }, 'worker-1')
    expect(said()).toBeUndefined()
  })
})
