// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import ConsumersTable from '../../../../renderer/components/group/ConsumersTable.vue'
import type { Consumer } from '../../../../shared/model/group'

enableAutoUnmount(afterEach)
beforeEach(() => {
  setActivePinia(createPinia())
})

const consumer = (name: string, inactiveMs: number | null): Consumer => ({
  ...{ name, pending: 0, idleMs: 5, inactiveMs, oldestIdleMs: null, health: 'idle' },
})
const inactive = (consumers: readonly Consumer[]): readonly string[] =>
  mount(ConsumersTable, { props: { consumers, stale: false, busy: false, whyNot: null }, attachTo: document.body })
    .findAll('[role=row] [role=gridcell]:nth-of-type(5)')
    .map((cell) => cell.text())

it('one that never got an entry is told so where the server tells of another; else it is not known', () => {
  expect(inactive([consumer('a', 2_000), consumer('b', null)])).toEqual(['2 s', 'never'])
  expect(inactive([consumer('a', null), consumer('b', null)])).toEqual(['unknown', 'unknown'])
})
