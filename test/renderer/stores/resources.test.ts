import { describe, expect, it } from 'vitest'
import { createResources } from '../../../renderer/stores/resources'

const signal = new AbortController().signal

describe('what was read before', () => {
  it('stays when a later reading fails', async () => {
    let broken = false
    const store = createResources<string, number>(
      (name) => name,
      () => (broken ? Promise.reject(new Error('gone')) : Promise.resolve(7)),
    )
    expect(store.of('a')).toBeNull()
    await store.load('a', signal)
    broken = true
    await expect(store.load('a', signal)).rejects.toThrow('gone')
    expect(store.of('a')).toBe(7)
    expect(store.of('b')).toBeNull()
  })

  it('is not overwritten by an answer that was overtaken', async () => {
    const answers: ((value: number) => void)[] = []
    const store = createResources<string, number>(
      (name) => name,
      () => new Promise((resolve) => answers.push(resolve)),
    )
    const first = store.load('a', signal)
    const second = store.load('a', signal)
    answers[1]?.(2)
    await second
    answers[0]?.(1)
    await first
    expect(store.of('a')).toBe(2)
  })

  it('lets go of what was not used the longest', async () => {
    const store = createResources<number, number>(String, (target) => Promise.resolve(target))
    for (let target = 0; target < 60; target += 1) {
      await store.load(target, signal)
      store.of(0)
    }
    expect(store.of(59)).toBe(59)
    expect(store.of(0)).toBe(0)
    expect(store.of(5)).toBeNull()
  })
})
