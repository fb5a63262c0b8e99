// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useToasts } from '../../../renderer/stores/toasts'

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.useRealTimers()
})
const titles = (): readonly string[] => useToasts().toasts.map(({ title }) => title)

it('bad news stays until it is dismissed', () => {
  const id = useToasts().show({ tone: 'bad', title: 'not done' })
  vi.advanceTimersByTime(3_600_000)
  expect(titles()).toEqual(['not done'])
  useToasts().dismiss(id)
  expect(titles()).toEqual([])
})

it('bad news that stands elsewhere as well goes by itself, later than the rest', () => {
  useToasts().show({ tone: 'bad', title: 'a finding', kept: true })
  useToasts().show({ tone: 'warn', title: 'with a button', action: { label: 'Open', run: () => undefined } })
  useToasts().show({ tone: 'good', title: 'done' })
  vi.advanceTimersByTime(6_000)
  expect(titles()).toEqual(['a finding', 'with a button'])
  vi.advanceTimersByTime(6_000)
  expect(titles()).toEqual(['a finding'])
  vi.advanceTimersByTime(18_000)
  expect(titles()).toEqual([])
})

it('none goes while it is looked at', () => {
  const id = useToasts().show({ tone: 'bad', title: 'a finding', kept: true })
  useToasts().hold(id)
  vi.advanceTimersByTime(3_600_000)
  expect(titles()).toEqual(['a finding'])
  useToasts().release(id)
  vi.advanceTimersByTime(30_000)
  expect(titles()).toEqual([])
})

it('of many only the last four are shown', () => {
  for (let n = 1; n <= 60; n += 1) useToasts().show({ tone: 'bad', title: `${n}`, kept: true })
  expect(titles()).toEqual(['57', '58', '59', '60'])
})
