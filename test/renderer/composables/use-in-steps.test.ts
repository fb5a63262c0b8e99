// @vitest-environment happy-dom
import { effectScope, nextTick, shallowRef, type EffectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useInSteps } from '../../../renderer/composables/use-in-steps'

let scope: EffectScope
beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})
const list = (length: number): readonly number[] => Array.from({ length }, (_, at) => at)

function inSteps(length: number) {
  const items = shallowRef(list(length))
  const of = shallowRef('a')
  const shown = scope.run(() =>
    useInSteps(
      () => items.value,
      () => of.value,
    ),
  )!
  return { items, of, shown }
}
async function moment(): Promise<void> {
  vi.advanceTimersToNextTimer()
  await nextTick()
}

it('a short list is there at once', () => {
  expect(inSteps(12).shown.value).toEqual(list(12))
  expect(vi.getTimerCount()).toBe(0)
})

it('a long one comes a dozen at a time, in order, and then nothing goes on', async () => {
  const { shown } = inSteps(30)
  expect(shown.value).toEqual(list(12))
  await moment()
  expect(shown.value).toEqual(list(24))
  await moment()
  expect(shown.value).toEqual(list(30))
  expect(vi.getTimerCount()).toBe(0)
})

it('what is read again for the same stays whole; of another it begins anew', async () => {
  const { shown, items, of } = inSteps(20)
  await moment()
  items.value = list(20)
  expect(shown.value).toHaveLength(20)
  of.value = 'b'
  items.value = list(50)
  expect(shown.value).toHaveLength(12)
  await nextTick()
  await moment()
  expect(shown.value).toHaveLength(24)
})

it('goes on where the same list grows', async () => {
  const { shown, items } = inSteps(5)
  items.value = list(14)
  await nextTick()
  expect(shown.value).toHaveLength(12)
  await moment()
  expect(shown.value).toHaveLength(14)
})

it('ends with its view', () => {
  inSteps(100)
  scope.stop()
  expect(vi.getTimerCount()).toBe(0)
})
