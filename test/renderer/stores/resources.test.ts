import { describe, expect, it, vi } from 'vitest'
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

  it('is told in part, where that can be had sooner, and only as long as nothing is known', async () => {
    const answers: ((value: string) => void)[] = []
    let asked = 0
    const store = createResources<string, string>(
      (name) => name,
      () => new Promise((resolve) => answers.push(resolve)),
      () => {
        asked += 1
        return Promise.resolve('in part')
      },
    )
    const loading = store.load('a', signal)
    await vi.waitFor(() => expect(store.of('a')).toBe('in part'))
    answers[0]?.('whole')
    await loading
    expect(store.of('a')).toBe('whole')
    void store.load('a', signal)
    expect(asked).toBe(1)
    expect(store.of('a')).toBe('whole')
  })

  it('is not undone by a part that comes late, and a part that fails is nothing by itself', async () => {
    let tellPart: (value: string) => void = () => undefined
    const late = createResources<string, string>(
      (name) => name,
      () => Promise.resolve('whole'),
      () => new Promise((resolve) => (tellPart = resolve)),
    )
    await late.load('a', signal)
    tellPart('in part')
    await Promise.resolve()
    expect(late.of('a')).toBe('whole')
    const broken = createResources<string, string>(
      (name) => name,
      () => Promise.resolve('whole'),
      () => Promise.reject(new Error('gone')),
    )
    await broken.load('a', signal)
    expect(broken.of('a')).toBe('whole')
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
