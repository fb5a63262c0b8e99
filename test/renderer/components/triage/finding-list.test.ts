// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import FindingCard from '../../../../renderer/components/triage/FindingCard.vue'
import FindingLine from '../../../../renderer/components/triage/FindingLine.vue'
import FindingList from '../../../../renderer/components/triage/FindingList.vue'
import { evidenceOf } from '../../../../renderer/components/triage/finding-evidence'
import { findingsIn } from '../../../../shared/judgement/findings'
import { triageRows, worstFirst } from '../../../../shared/judgement/triage-row'
import { stalled, summary, thresholds } from '../../../shared/judgement/judged-samples'
import { fakeApi } from '../../helpers/fake-api'
import { button, mountOn, serverInfo } from '../../helpers/mount-view'

const summaries = ['orders', 'payments', 'refunds'].map((key) => summary(key, [stalled]))
const rows = worstFirst(summaries.flatMap((one) => triageRows(one, thresholds)))
const findings = findingsIn(rows, summaries, { rates: () => null, peek: () => undefined }, thresholds)

enableAutoUnmount(afterEach)
beforeEach(() => {
  setActivePinia(createPinia())
  fakeApi({ monitoring: { show: () => undefined } })
})

const mountList = () => mount(FindingList, { props: { findings, count: findings.length }, attachTo: document.body })
type List = ReturnType<typeof mountList>
const keysOf = (list: List) =>
  list.findAllComponents(FindingCard).map((card) => {
    const { card: own, acted } = card.props()
    const [finding] = own.findings
    return ('row' in finding ? String(finding.row.key) : '') + (acted === true ? ' acted' : '')
  })
const card = (list: List, at: number) => list.findAllComponents(FindingCard)[at]!

it('a card that was acted on stays in its place, as done, until the pointer leaves it', async () => {
  const list = mountList()
  expect(keysOf(list)).toEqual(['orders', 'payments', 'refunds'])
  card(list, 1).findComponent(FindingLine).vm.$emit('acted')
  await list.setProps({ findings: [findings[2]!, findings[0]!], count: 2 })
  expect(keysOf(list)).toEqual(['refunds', 'payments acted', 'orders'])
  expect(card(list, 1).text()).toContain('Started')
  expect(card(list, 1).find('[aria-label="Reassign"]').exists()).toBe(false)
  await card(list, 1).trigger('pointerleave')
  expect(keysOf(list)).toEqual(['refunds', 'orders'])
})

it.each([
  [500, 'falls behind by 500 a second more'],
  [0, 'neither grows nor shrinks'],
  [-0.04, 'neither grows nor shrinks'],
  [-500, 'catches up by 500 a second'],
] as const)('of a lag that moves by %s a second, and is no more than a bound, it says so', (growsPerSecond, told) => {
  const [row] = rows
  if (!row) throw new Error('no row')
  const rates = { inPerSecond: 0, outPerSecond: 0, ackedPerSecond: 0, growsPerSecond, drainMs: null }
  expect(evidenceOf({ kind: 'lagging', id: 'l', row, rates })).toContain(told)
})

it('a card that was not acted on goes at once, and leaving it changes nothing', async () => {
  const list = mountList()
  await card(list, 0).trigger('pointerleave')
  await list.setProps({ findings: [findings[1]!], count: 1 })
  expect(keysOf(list)).toEqual(['payments'])
})

it.each([
  [2, null],
  [0, 'true'],
] as const)('where %i others are alive, one click is off: %s', async (active, off) => {
  const group = { ...stalled, active }
  const [finding] = findings.map((one) => ('row' in one ? { ...one, row: { ...one.row, group } } : one))
  await mountOn(FindingList, { findings: [finding], count: 1 })
  expect(button('Reassign').getAttribute('aria-disabled')).toBe(off)
})

it.each([
  [['eval'], null],
  [['eval', 'xdel'], 'true'],
] as const)('on a server without %j what copies is off: %s, as the host would refuse it', async (missing, off) => {
  const group = { ...stalled, active: 0 }
  const [finding] = findings.map((one) => ('row' in one ? { ...one, row: { ...one.row, group } } : one))
  const { capabilities } = serverInfo()
  const none = Object.fromEntries(missing.map((name) => [name, { available: false, reason: null }]))
  const server = { capabilities: { ...capabilities, ...none } }
  await mountOn(FindingList, { findings: [finding], count: 1 }, { server })
  expect(button(/^Requeue/).getAttribute('aria-disabled')).toBe(off)
})

it('where claims were seen to be left, delivery as new entries comes first, and says why', () => {
  const left = findingsIn(
    rows,
    summaries,
    { rates: () => null, peek: () => undefined, claims: () => ({ end: 'left', at: 1 }) },
    thresholds,
  )
  const list = mount(FindingList, { props: { findings: left, count: left.length }, attachTo: document.body })
  expect(card(list, 0).find('[aria-label="Requeue"] .primary').exists()).toBe(true)
  expect(card(list, 0).find('[aria-label="Reassign"] .primary').exists()).toBe(false)
  expect(card(list, 0).text()).toContain('left those alone')
  expect(card(mountList(), 0).find('[aria-label="Requeue"]').exists()).toBe(false)
})
