// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import CollisionPanel from '../../../../renderer/components/group/CollisionPanel.vue'
import { useMonitoring } from '../../../../renderer/stores/monitoring'
import { triageRows } from '../../../../shared/judgement/triage-row'
import { group, summary, thresholds } from '../../../shared/judgement/judged-samples'
import { fakeApi } from '../../helpers/fake-api'
import { reportOf } from '../../helpers/monitored'
import { mountOn } from '../../helpers/mount-view'

enableAutoUnmount(afterEach)
afterEach(() => (document.body.innerHTML = ''))

const one = summary('orders', [group('audit'), group('billing')], { length: 10_000 })
const collision = {
  ...{ inMs: 200_000, lostPerHour: 108_000, margin: 6_000 },
  ...{ trimsPerSecond: 80, readsPerSecond: 50, spanMs: 60_000 },
}
async function show(of: string): Promise<void> {
  fakeApi({})
  await mountOn(CollisionPanel, { target: { connectionId: 'c1', key: 'orders', group: of } })
  const [row] = triageRows(one, thresholds)
  const monitoring = useMonitoring()
  monitoring.reports = { byStream: new Map([['sorders', reportOf(one)]]) }
  if (!row) throw new Error('a row per group')
  const list = [{ kind: 'collision-soon' as const, id: 'collision/1', row, collision }]
  monitoring.findings = { list, count: 1, bad: 1, snoozed: 0 }
  await flushPromises()
}
async function move(at: number, to: number): Promise<void> {
  const slider = document.querySelectorAll<HTMLInputElement>('input[type=range]')[at]
  if (!slider) throw new Error('no slider')
  slider.value = String(to)
  slider.dispatchEvent(new Event('input'))
  await flushPromises()
}
const said = (): string | undefined => document.querySelector('[role=status]')?.textContent
const shown = (): readonly string[] => [...document.querySelectorAll('output')].map(({ textContent }) => textContent)

it('says what more readers, or a longer stream, would do, as the sliders are moved', async () => {
  await show('audit')
  expect(document.querySelector('p')?.textContent).toMatch(/^Trimming of orders overtakes audit in about 3 min 20 s/)
  expect([said(), shown()]).toEqual([
    'Move them to see what more consumers, or a greater MAXLEN, would do. Nothing is changed.',
    ['as much as now', '10\u202f000 entries'],
  ])
  await move(0, 2)
  expect(said()).toBe('Then it would be overtaken in about 5 min, if all else stays as it was seen.')
  await move(1, 6)
  expect([said(), shown()]).toEqual([
    'Then it would be overtaken in about 10 min, if all else stays as it was seen.',
    ['1.2 times as much', '16\u202f000 entries'],
  ])
  await move(0, 6)
  expect(said()).toBe('Then it would read as much as comes, and not be overtaken, if all else stays as it was seen.')
})

it('is there for the group that is overtaken only', async () => {
  await show('billing')
  expect(document.querySelector('[data-test=collision-panel]')).toBeNull()
})
