import { describe, expect, test } from 'vitest'
import { createLoginLimit } from '../../../electron/web/login-limit'

function clock() {
  const time = { ms: 1_000_000 }
  return { now: () => time.ms, pass: (ms: number) => void (time.ms += ms) }
}
const turn = (waitMs: number) => ({ kind: 'turn', waitMs })

describe('one who tries', () => {
  test('may do so five times at once; then each try waits for its turn, longer from one to the next', () => {
    const limit = createLoginLimit(clock())
    for (let tries = 0; tries < 5; tries += 1) expect(limit.take('a')).toEqual(turn(0))
    expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([
      turn(1_000),
      turn(3_000),
      turn(7_000),
      turn(15_000),
    ])
  })

  test('is refused where its turn is too far away, and told when there is another; a refusal costs nothing', () => {
    const { now, pass } = clock()
    const limit = createLoginLimit({ now })
    for (let tries = 0; tries < 9; tries += 1) limit.take('a')
    for (let more = 0; more < 50; more += 1) expect(limit.take('a')).toEqual({ kind: 'refused', seconds: 3 })
    pass(3_000)
    expect(limit.take('a')).toEqual(turn(20_000))
  })

  test('is never told to wait for more than a moment, however many wrong ones there were: nobody is locked out', () => {
    const { now, pass } = clock()
    const limit = createLoginLimit({ now })
    for (let second = 0; second < 600; second += 1) {
      for (let flood = 0; flood < 20; flood += 1) {
        const taken = limit.take('a')
        if (taken.kind === 'refused') expect(taken.seconds).toBeLessThanOrEqual(8)
        else expect(taken.waitMs).toBeLessThanOrEqual(20_000)
      }
      pass(1_000)
    }
  })

  test('guesses no more than a dozen passwords a minute', () => {
    const { now, pass } = clock()
    const limit = createLoginLimit({ now })
    let guesses = 0
    for (let second = 0; second < 3_600; second += 1) {
      while (limit.take('a').kind === 'turn') guesses += 1
      pass(1_000)
    }
    expect(guesses / 60).toBeLessThan(12)
  })

  test('is free again a minute later', () => {
    const { now, pass } = clock()
    const limit = createLoginLimit({ now })
    for (let tries = 0; tries < 9; tries += 1) limit.take('a')
    pass(75_001)
    expect(limit.take('a')).toEqual(turn(0))
  })

  test('does not slow down another', () => {
    const limit = createLoginLimit(clock())
    for (let tries = 0; tries < 9; tries += 1) limit.take('a')
    expect(limit.take('b')).toEqual(turn(0))
  })

  test('and knows the password is forgiven the wrong ones before it', () => {
    const limit = createLoginLimit(clock())
    for (let tries = 0; tries < 5; tries += 1) limit.take('a')
    limit.clear('a')
    expect(limit.take('a')).toEqual(turn(0))
  })
})

test('many together may try fifty times a minute, and one each second after that', () => {
  const { now, pass } = clock()
  const limit = createLoginLimit({ now })
  for (let who = 0; who < 50; who += 1) expect(limit.take(`10.0.0.${who}`)).toEqual(turn(0))
  expect(limit.take('10.0.1.1')).toEqual(turn(1_000))
  expect(limit.take('10.0.1.2')).toEqual(turn(2_000))
  pass(30_000)
  expect(limit.take('10.0.1.3')).toEqual(turn(0))
})

test('however many try, no more of them are remembered than may have a turn', () => {
  const { now, pass } = clock()
  const limit = createLoginLimit({ now })
  let remembered = 0
  for (let second = 0; second < 60; second += 1) {
    for (let who = 0; who < 1_000; who += 1) if (limit.take(`${second}.${who}`).kind === 'turn') remembered += 1
    pass(1_000)
  }
  expect(remembered).toBeLessThanOrEqual(50 + 20 + 60)
})
