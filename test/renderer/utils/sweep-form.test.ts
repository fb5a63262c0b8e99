import { expect, test } from 'vitest'
import { sweepRequest } from '../../../shared/model/sweep'
import {
  EMPTY_SWEEP,
  readSweepForm,
  SWEEP_KINDS,
  sweepMissing,
  type SweepFormFields,
} from '../../../renderer/utils/sweep-form'

const read = (change: Partial<SweepFormFields>) => readSweepForm({ ...EMPTY_SWEEP, ...change }, 'c1')

test('it begins with what stalled consumers hold, everywhere', () => {
  expect(read({})).toEqual({
    ...{ connectionId: 'c1', stream: '*', group: '*', action: { kind: 'spread' } },
    take: { stalled: true, minIdleMs: 0, minDeliveries: null },
  })
})

test.each([
  [{ stream: ' ' }, 'Give a pattern of streams and of groups (* is all)'],
  [{ group: '' }, 'Give a pattern of streams and of groups (* is all)'],
  [{ kind: 'claim', to: '' }, 'Name the consumer'],
  [{ take: 'idle', idleSeconds: null }, 'Say how long ago'],
] as const)('%o is asked for', (change, why) => {
  expect(sweepMissing({ ...EMPTY_SWEEP, ...change })).toBe(why)
  expect(read(change)).toBeNull()
})

test('how long ago counts only where it is chosen', () => {
  expect(read({ take: 'all', idleSeconds: 5 })?.take).toEqual({ stalled: false, minIdleMs: 0, minDeliveries: null })
  expect(read({ take: 'idle', idleSeconds: 5, minDeliveries: 3 })?.take).toEqual({
    ...{ stalled: false, minIdleMs: 5_000, minDeliveries: 3 },
  })
})

test.each(SWEEP_KINDS)('%s is one that the host takes', (kind) => {
  expect(sweepRequest.safeParse(read({ kind, to: 'anna' })).success).toBe(true)
  expect(read({ kind, to: 'anna' })?.action.kind).toBe(kind)
})
