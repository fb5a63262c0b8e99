import { describe, expect, test } from 'vitest'
import type { PriorEntry } from '../../../../shared/model/journal'
import { leftAsIs } from '../../../../electron/services/recovery/undo/given-back'

const left = { to: 'bob', deliveries: 2, by: 100 }
const prior = (changes: Partial<PriorEntry> = {}): PriorEntry => ({
  ...{ id: '1-0', consumer: 'bob', deliveries: 2, deliveredAt: 100 },
  ...changes,
})

describe('by when an entry was last as an action left it', () => {
  test.each([
    ['nothing came after: by the action itself', [], 100],
    ['taken just so, and given back: by then', [{ prior: prior(), until: 200 }], 200],
    ['taken from somebody else', [{ prior: prior({ consumer: 'eve' }), until: 200 }], 100],
    ['taken after one more delivery', [{ prior: prior({ deliveries: 3 }), until: 200 }], 100],
    ['taken after a move', [{ prior: prior({ deliveredAt: 101 }), until: 200 }], 100],
    [
      'taken and given back twice',
      [
        { prior: prior(), until: 200 },
        { prior: prior({ deliveredAt: 200 }), until: 300 },
      ],
      300,
    ],
    [
      'moved between two such times',
      [
        { prior: prior(), until: 200 },
        { prior: prior({ deliveredAt: 201 }), until: 300 },
      ],
      200,
    ],
  ] as const)('%s', (_what, times, moment) => {
    expect(leftAsIs(left, times)).toBe(moment)
  })
})
