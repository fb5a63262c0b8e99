import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { collisionOf, countsHold } from '../../../shared/judgement/collision'
import type { Finding } from '../../../shared/judgement/finding'
import { findingsIn } from '../../../shared/judgement/findings'
import type { GroupSample } from '../../../shared/judgement/moves'
import { triageRows } from '../../../shared/judgement/triage-row'
import { group, summary, thresholds } from './judged-samples'

interface World {
  added: number
  length: number
  read: number
}
/** What goes on in one second. */
type Second = (world: World, second: number) => void

/** Samples of a world, taken every so many seconds. */
function watch(start: Partial<World>, second: Second, seconds: number, everySeconds = 5): GroupSample[] {
  const world: World = { added: 20_000, length: 10_000, read: 20_000, ...start }
  const samples: GroupSample[] = []
  for (let at = 0; at <= seconds; at += 1) {
    if (at % everySeconds === 0) samples.push(sampleOf(world, at))
    second(world, at)
  }
  return samples
}
function sampleOf({ added, length, read }: World, second: number): GroupSample {
  const lag = Math.min(length, added - read)
  const told = { pending: 3, lagKind: 'exact', consumers: 2, run: 1 } as const
  return { ...told, atMs: second * 1_000, lag, entriesRead: read, added, length }
}
const adds = (world: World, entries: number): void => {
  world.added += entries
  world.length += entries
}
const trims = (world: World, maxlen: number): void => {
  world.length = Math.min(world.length, maxlen)
}
const reads = (world: World, entries: number): void => {
  world.read += Math.min(entries, world.added - world.read)
}
/** By MAXLEN with each XADD: so much comes, and so much is read. */
const steady =
  (entries: number, read: number, maxlen = 10_000): Second =>
  (world) => {
    adds(world, entries)
    trims(world, maxlen)
    reads(world, read)
  }

test('a group that reads 50 a second of the 80 that are trimmed', () => {
  const samples = watch({}, steady(80, 50), 150)
  expect(samples).toHaveLength(31)
  expect(collisionOf(samples)).toEqual({
    // Of 10 000 entries it had 4 500 left to read.
    ...{ margin: 5_500, inMs: expect.closeTo((5_500 / 30) * 1_000, 3) as number },
    ...{
      lostPerHour: expect.closeTo(30 * 3_600, 3) as number,
      trimsPerSecond: 80,
      readsPerSecond: 50,
      spanMs: 150_000,
    },
  })
})

describe('is told', () => {
  const random = (most: number, at: number): number => (at * 7_919 + 13) % most
  test.each<readonly [string, GroupSample[]]>([
    ['of a group that has stopped', watch({}, steady(80, 0), 60)],
    [
      'where whole nodes of a hundred go at once (MAXLEN ~)',
      watch(
        {},
        (world) => {
          adds(world, 70)
          if (world.length >= 10_100) world.length -= 100 * Math.floor((world.length - 10_000) / 100)
          reads(world, 20)
        },
        145,
      ),
    ],
    [
      'where its pace varies',
      watch(
        {},
        (world, at) => {
          adds(world, 60 + random(40, at))
          trims(world, 10_000)
          reads(world, 20 + random(30, at + 3))
        },
        145,
      ),
    ],
    [
      'where it reads a batch every ten seconds',
      watch(
        {},
        (world, at) => {
          adds(world, 80)
          trims(world, 10_000)
          if (at % 10 === 0) reads(world, 300)
        },
        145,
      ),
    ],
    ['every half minute', watch({}, steady(8, 2), 600, 30)],
  ])('%s', (_what, samples) => {
    expect(collisionOf(samples)).not.toBeNull()
  })
})

describe('is not told', () => {
  test.each<readonly [string, GroupSample[]]>([
    ['of a group that keeps up', watch({}, steady(80, 80), 145)],
    ['of one that catches up', watch({ read: 15_000 }, steady(80, 120), 145)],
    ['of one that lags, and as much each time', watch({ read: 15_000 }, steady(80, 80), 145)],
    ['of a stream that nobody trims', watch({}, steady(80, 50, Infinity), 145)],
    ['of one that nobody adds to', watch({}, () => undefined, 145)],
    [
      'of one that is cut down, whoever reads',
      watch(
        { length: 20_000 },
        (world) => {
          adds(world, 10)
          world.length -= 100
          reads(world, 10)
        },
        145,
      ),
    ],
    [
      'of one that is trimmed once',
      watch(
        {},
        (world, at) => {
          adds(world, 80)
          if (at === 70) world.length -= 6_000
          reads(world, 50)
        },
        145,
      ),
    ],
    [
      'of one that is trimmed each minute, and read',
      watch(
        {},
        (world, at) => {
          adds(world, 80)
          if (at % 60 === 30) trims(world, 10_000)
          reads(world, 80)
        },
        145,
      ),
    ],
    [
      'of one whose entries are deleted as they are acked',
      watch(
        { added: 20_000, read: 20_000, length: 100 },
        (world) => {
          adds(world, 80)
          reads(world, 80)
          world.length = Math.max(world.added - world.read + 40, world.length - 80)
        },
        145,
      ),
    ],
    [
      'of a burst that it has begun to read',
      watch(
        {},
        (world, at) => {
          adds(world, at > 20 && at < 60 ? 300 : 20)
          trims(world, 10_000)
          reads(world, 80)
        },
        145,
      ),
    ],
    [
      'of one that reads a batch each minute',
      watch(
        {},
        (world, at) => {
          adds(world, 80)
          trims(world, 10_000)
          if (at % 60 === 59) reads(world, 80 * 60)
        },
        145,
      ),
    ],
    ['of a group that has just become slow', watch({}, (world, at) => steady(80, at < 70 ? 72 : 5)(world, at), 145)],
    [
      'of a stream to which three times as much comes by now',
      watch({}, (world, at) => (at < 70 ? steady(40, 10) : steady(130, 100))(world, at), 145),
    ],
    ['over too little', watch({}, steady(80, 50), 24, 2)],
    ['by too few', watch({}, steady(80, 50), 40, 10)],
    ['further ahead than sixty times of what was seen', watch({}, steady(80, 79.5), 145)],
    ['where it began a moment ago', watch({}, (world, at) => steady(80, at < 120 ? 80 : 0)(world, at), 145)],
    [
      'where the group was set',
      [
        ...watch({}, steady(80, 50), 70),
        ...watch({ read: 12_000, added: 26_000 }, steady(80, 50), 20).map((one) => ({
          ...one,
          atMs: one.atMs + 75_000,
        })),
      ],
    ],
    ['once it is too late', watch({ read: 10_100 }, steady(80, 20), 145)],
    ['where reads are not counted', watch({}, steady(80, 50), 145).map((one) => ({ ...one, entriesRead: null }))],
    ['where the stream does not count', watch({}, steady(80, 50), 145).map((one) => ({ ...one, added: null }))],
    ['over a restart', watch({}, steady(80, 50), 40).map((one, at) => ({ ...one, run: at }))],
  ])('%s', (_what, samples) => {
    expect(collisionOf(samples)).toBeNull()
  })
})

/** By MINID with each XADD: what is older than so many seconds goes; with ~ whole nodes of a hundred. */
function keepsSeconds(keeps: number, perSecond: (at: number) => number, read: Second, isAbout = false): Second {
  const came: number[] = []
  return (world, at) => {
    came.push(perSecond(at))
    adds(world, came.at(-1) ?? 0)
    const maxlen = came.slice(-keeps).reduce((sum, entries) => sum + entries, 0)
    const over = came.length < keeps ? 0 : Math.max(0, world.length - maxlen)
    world.length -= isAbout ? 100 * Math.floor(over / 100) : over
    read(world, at)
  }
}
const atHead: Second = (world) => reads(world, Infinity)
/** So many it leaves unread, always. */
const behindBy =
  (lag: number): Second =>
  (world) => {
    world.read = Math.max(world.read, world.added - lag)
  }
const tells = (samples: readonly GroupSample[]): number =>
  samples.filter((_one, at) => at >= 29 && collisionOf(samples.slice(at - 29, at + 1)) !== null).length

describe('over a day, as traffic falls and rises', () => {
  const DAY = 7_200
  /** From 20 to 180 a second, and back. */
  const daily = (at: number): number => Math.round(100 + 80 * Math.sin((at / DAY) * 2 * Math.PI))
  const MAXLEN: Second = (world, at) => {
    adds(world, daily(at))
    if (world.length >= 10_100) world.length -= 100 * Math.floor((world.length - 10_000) / 100)
  }
  const both =
    (read: Second): Second =>
    (world, at) => {
      MAXLEN(world, at)
      read(world, at)
    }
  const each30s: Second = (world, at) => (at % 30 === 0 ? atHead(world, at) : undefined)
  test.each<readonly [string, Second]>([
    ['at the head, under MAXLEN ~', both(atHead)],
    ['at the head, under MINID', keepsSeconds(600, daily, atHead)],
    ['at the head, under MINID ~', keepsSeconds(600, daily, atHead, true)],
    ['in batches each half minute, under MINID ~', keepsSeconds(600, daily, each30s, true)],
    ['always 2 000 behind, under MAXLEN ~', both(behindBy(2_000))],
    ['always 2 000 behind, under MINID ~', keepsSeconds(600, daily, behindBy(2_000), true)],
  ])('nothing is told of a group that reads %s', (_what, second) => {
    const world = { added: 60_000, length: 10_000, read: 60_000 }
    expect(tells(watch(world, second, DAY))).toBe(0)
  })

  /** It reads until the night, and nothing from then on. */
  const NIGHT = 0.77 * DAY
  const paused: Second = (world, at) => (at < NIGHT ? atHead(world, at) : undefined)
  test.each<readonly [string, Second]>([
    ['MAXLEN ~', both(paused)],
    ['MINID ~', keepsSeconds(600, daily, paused, true)],
  ])('one that is paused, be it on purpose, is told before it is overtaken, under %s', (_what, second) => {
    const samples = watch({ added: 60_000, length: 10_000, read: 60_000 }, second, NIGHT + 300)
    expect(tells(samples.filter(({ atMs }) => atMs < NIGHT * 1_000))).toBe(0)
    expect(tells(samples)).toBeGreaterThan(20)
  })
})

test('less comes than a while ago, and all of it is read: by MINID the stream gets shorter', () => {
  const seen = watch(
    { added: 600_000, length: 60_000, read: 600_000 },
    (world) => {
      adds(world, 80)
      world.length -= 100
      atHead(world, 0)
    },
    145,
  )
  expect(collisionOf(seen)).toBeNull()
})

test('of a stream that gets shorter meanwhile, what is told is by what stays unread', () => {
  const seen = watch(
    { added: 600_000, length: 60_000, read: 560_000 },
    (world) => {
      adds(world, 80)
      world.length -= 100
      reads(world, 70)
    },
    145,
  )
  expect(collisionOf(seen)).toMatchObject({ lostPerHour: expect.closeTo(36_000, 3) as number })
})

describe('properties', () => {
  it('what is told comes: the first entry is lost about then, and about so many after it', () => {
    const load = fc.record({
      entries: fc.integer({ min: 5, max: 200 }),
      share: fc.integer({ min: 0, max: 95 }),
      maxlen: fc.integer({ min: 2_000, max: 20_000 }),
      noise: fc.integer({ min: 0, max: 40 }),
      every: fc.constantFrom(1, 2, 5, 10),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
    })
    let told = 0
    fc.assert(
      fc.property(load, ({ entries, share, maxlen, noise, every, seed }) => {
        const roll = (at: number): number =>
          1 + (((at * 2_654_435_761 + seed * 40_503) % 2_001) / 1_000 - 1) * (noise / 100)
        const world: World = { added: 2 * maxlen, length: maxlen, read: 2 * maxlen }
        const second: Second = (own, at) => {
          adds(own, Math.round(entries * roll(at)))
          trims(own, maxlen)
          reads(own, Math.round((entries * share * roll(at + 7)) / 100))
        }
        const samples = watch(world, second, 29 * every, every)
        const told1 = collisionOf(samples)
        if (told1 === null) return
        told += 1
        // On from there, as it goes on.
        const end = samples.at(-1)
        const own: World = { added: end?.added ?? 0, length: end?.length ?? 0, read: end?.entriesRead ?? 0 }
        let at = 29 * every
        for (; own.read > own.added - own.length; at += 1) second(own, at)
        const tookMs = (at - 29 * every) * 1_000
        expect(told1.inMs).toBeGreaterThan(tookMs / 2 - 2_000)
        expect(told1.inMs).toBeLessThan(tookMs * 2 + 2_000)
      }),
      { numRuns: 300 },
    )
    expect(told).toBeGreaterThan(150)
  })

  it('nothing is told of a group that keeps up, whatever comes and is trimmed', () => {
    const load = fc.record({
      entries: fc.integer({ min: 0, max: 200 }),
      maxlen: fc.integer({ min: 500, max: 20_000 }),
      bursts: fc.array(fc.nat(145), { maxLength: 6 }),
      every: fc.constantFrom(1, 2, 5),
      batch: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(load, ({ entries, maxlen, bursts, every, batch }) => {
        const second: Second = (world, at) => {
          adds(world, bursts.includes(at) ? entries * 3 : entries)
          trims(world, maxlen)
          if (at % batch === 0) reads(world, Infinity)
        }
        expect(collisionOf(watch({}, second, 29 * every, every))).toBeNull()
      }),
      { numRuns: 300 },
    )
  })
})

test.each([
  ['it stands within', '150-0', { firstId: '100-0', maxDeletedId: '0-0' }, true],
  ['nothing was deleted', '100-0', { firstId: '100-0', maxDeletedId: null }, true],
  ['what was deleted is gone from before its first entry', '150-0', { firstId: '100-0', maxDeletedId: '99-0' }, true],
  ['some were deleted within', '150-0', { firstId: '100-0', maxDeletedId: '120-0' }, false],
  ['it is overtaken', '99-0', { firstId: '100-0', maxDeletedId: null }, false],
  ['nothing is there', '99-0', { firstId: null, maxDeletedId: null }, false],
  ['nobody looked', '150-0', null, false],
] as const)('the counters hold where %s', (_what, lastDeliveredId, ends, holds) => {
  expect(countsHold({ ends }, { lastDeliveredId })).toBe(holds)
})

describe('the finding', () => {
  const seen = { lostPerHour: 4_711, margin: 500, trimsPerSecond: 8, readsPerSecond: 2, spanMs: 150_000 }
  const found = (inMs: number, maxDeletedId = '0-0'): readonly Finding[] => {
    const one = summary('orders', [group('audit', { lastDeliveredId: '150-0' })], {
      ends: { firstId: '100-0', maxDeletedId },
    })
    const collision = () => ({ ...seen, inMs })
    return findingsIn(
      triageRows(one, thresholds),
      [one],
      { rates: () => null, peek: () => undefined, collision },
      thresholds,
    )
  }
  test.each([
    [thresholds.overtakenWithinMs + 1, []],
    [thresholds.overtakenWithinMs, ['collision']],
    [thresholds.overtakenSoonMs + 1, ['collision']],
    [thresholds.overtakenSoonMs, ['collision-soon']],
    [1, ['collision-soon']],
  ])('in %i ms', (inMs, kinds) => {
    expect(found(inMs).map(({ kind }) => kind)).toEqual(kinds)
  })

  it('is the same one as it comes nearer, and not told where the counters may be wrong', () => {
    expect(found(1)[0]?.id).toBe(found(thresholds.overtakenWithinMs)[0]?.id)
    expect(found(1, '120-0')).toEqual([])
  })
})
