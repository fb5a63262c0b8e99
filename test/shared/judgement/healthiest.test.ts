import { describe, expect, it } from 'vitest'
import { healthiest, steadyTarget } from '../../../shared/judgement/healthiest'
import type { Consumer } from '../../../shared/model/group'

function consumer(name: string, pending: number, idleMs: number, health: Consumer['health']): Consumer {
  return { name, pending, idleMs, inactiveMs: null, oldestIdleMs: null, health }
}

describe('healthiest', () => {
  it('is the active consumer that holds least, then the one seen last', () => {
    const all = [
      consumer('stalled', 0, 9e6, 'stalled'),
      consumer('busy', 50, 1, 'active'),
      consumer('calm', 2, 900, 'active'),
      consumer('fresh', 2, 10, 'active'),
    ]
    expect(healthiest(all, null)?.name).toBe('fresh')
    expect(healthiest(all, 'fresh')?.name).toBe('calm')
  })

  it('is the one seen last when none is active', () => {
    const all = [consumer('a', 0, 9e6, 'idle'), consumer('b', 9, 8e6, 'stalled')]
    expect(healthiest(all, null)?.name).toBe('b')
    expect(healthiest(all, 'b')?.name).toBe('a')
  })

  it('is nobody where there is no other', () => {
    expect(healthiest([consumer('a', 1, 1, 'active')], 'a')).toBeNull()
  })
})

describe('the target a button names', () => {
  it('stays the same while it is about as good', () => {
    const all = [consumer('a', 3, 10, 'active'), consumer('b', 0, 900, 'active')]
    expect(steadyTarget(all, null, null)?.name).toBe('b')
    expect(steadyTarget(all, null, 'a')?.name).toBe('a')
  })

  it('changes when it is loaded, gone, no longer active, or the holder itself', () => {
    const all = [consumer('a', 1_000, 10, 'active'), consumer('b', 0, 900, 'active'), consumer('c', 0, 9e6, 'idle')]
    expect(steadyTarget(all, null, 'a')?.name).toBe('b')
    expect(steadyTarget(all, null, 'left')?.name).toBe('b')
    expect(steadyTarget(all, null, 'c')?.name).toBe('b')
    expect(steadyTarget(all, 'b', 'b')?.name).toBe('a')
  })
})
