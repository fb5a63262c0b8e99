import { describe, expect, test } from 'vitest'
import { nameTyped } from '../../../renderer/components/restore/name-typed'
import {
  rebuildWarning,
  type Backup,
  type CopiesPlan,
  type Idempotence,
  type RebuildPlan,
  type SwapPlan,
} from '../../../shared/model/restore'
import { words } from '../../../shared/words/words'
import { verbatim } from '../../../shared/words/messages'

const { damage: damageWords, entriesOf: entriesWords, kind: kindWords } = words.backup
const { sentence: copiesSentence, warnings: copiesWarnings, given: givenSentence } = words.copies
const { origin: originSentence, sentence: rebuildSentence, warnings: rebuildWarnings } = words.rebuild
const { groupChanges: groupChangeWords, standing: standingWords, sentence: swapSentence } = words.swap

/** Thin spaces as plain ones. */
const plain = (text: string | null): string | null => text?.replace(/\s/g, ' ') ?? null

const backup: Backup = {
  ...{ file: 'delete-1.jsonl', path: '/d/delete-1.jsonl', kind: 'delete', partial: false, bytes: 900 },
  ...{ stream: 'orders', savedAt: 1, record: null },
  contents: { entries: 1200, unsure: 0, stayed: 0, damaged: 0, firstId: '1-0', lastId: '9-0' },
}
const copies: CopiesPlan = {
  ...{ file: 'f', ids: null, provenance: true, id: 'p', connectionId: 'c', key: 'orders', entries: 240, bytes: 12_288 },
  ...{ there: 0, unsure: 0, leftOut: 0 },
  ...{ firstId: '1-0', lastId: '240-0', notFound: 0, damaged: 0, creates: false, groups: [], commands: [] },
  undo: { possible: true, note: verbatim('') },
}
const rebuilt: RebuildPlan = {
  ...{ id: 'p', connectionId: 'c', file: 'f', key: 'orders', target: 'orders:restored', merge: true, entries: 30 },
  ...{ inBackup: 26, inStream: 6, inBoth: 2, differing: 1, leftOut: 2, damaged: 3, firstId: '1-0', lastId: '30-0' },
  ...{
    memoryBytes: 4_700,
    idempotence: { durationSeconds: 500, maxSize: 50, producers: 2, ids: 3, isUsed: true },
    groups: [],
    warnings: [],
    blocked: null,
    undo: { possible: true, note: verbatim('') },
    commands: [],
  },
}
const swap: SwapPlan = {
  ...{ id: 'p', connectionId: 'c', key: 'orders', target: 'orders:restored', aside: 'orders:before-restore' },
  ...{
    before: 4,
    after: 30,
    newer: 0,
    missing: 0,
    groups: [],
    ttlMs: null,
    blocked: null,
    behind: false,
    atomic: true,
    idempotence: null,
  },
  commands: [],
}
const standing = { lastDeliveredId: '5-0', pending: 1200, consumers: 2 }

describe('a backup in words', () => {
  test('says what it was made for, and what of it can’t be read', () => {
    expect(kindWords(backup)).toBe('Before a deletion')
    expect(kindWords({ ...backup, kind: 'redrive' })).toBe('Before a redrive')
    expect(kindWords({ ...backup, kind: 'ack-delete', partial: true })).toBe('Before an ack and delete: never finished')
    expect(damageWords(backup.contents, 'orders')).toBeNull()
    expect(damageWords({ damaged: 1 }, 'orders')).toBe('1 line can’t be read')
    expect(damageWords(null, null)).toBe('Its first line can’t be read')
    expect(damageWords(null, 'orders')).toBeNull()
  })

  test('gives no figure that was not counted', () => {
    expect(plain(entriesWords(backup))).toBe('1 200')
    expect(entriesWords({ ...backup, contents: null })).toBe('not counted')
    expect(entriesWords({ ...backup, contents: null, stream: null })).toBe('unknown')
  })

  test('says how sure the figure is, and what stayed', () => {
    const told = { entries: 20_000, unsure: 0, stayed: 0, damaged: 0, firstId: null, lastId: null }
    expect([words.backup.fate(null), words.backup.fate(told)]).toEqual([null, null])
    const cancelled = { ...told, entries: 200, stayed: 19_800 }
    expect(plain(entriesWords({ ...backup, contents: cancelled }))).toBe('200')
    expect(plain(words.backup.fate(cancelled))).toBe('19 800 more entries were saved and stayed in the stream.')
    const killed = { ...told, unsure: 19_800 }
    expect(plain(entriesWords({ ...backup, contents: killed }))).toBe('up to 20 000')
    expect(plain(words.backup.fate(killed))).toBe('200 certainly went; the others may have.')
    expect(words.backup.fate({ ...told, unsure: 20_000 })).toBe('Nothing says how many of them really went.')
  })
})

describe('copies in words', () => {
  test('say how many, where to, and who will be given them', () => {
    expect(plain(copiesSentence(copies))).toBe(
      'Adds 240 entries (12 KiB) to the end of orders, by new ids, in their order',
    )
    expect(copiesSentence({ ...copies, entries: 0 })).toContain('Adds nothing')
    expect(givenSentence(copies)).toBeNull()
    const groups = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    expect(givenSentence({ ...copies, groups })).toBe(
      'Each of its 7 groups will be given all of them, as new: a, b, c, d, e and 2 more.',
    )
  })

  test('warn of what is left out, and of a stream that is made', () => {
    expect(copiesWarnings(copies)).toEqual([])
    expect(copiesWarnings({ ...copies, stillCopied: 3 })).toEqual([
      '3 of them are still where the redrive moved them, and will not be added once more.',
    ])
    expect(copiesWarnings({ ...copies, copiesUntold: copies.entries })).toContain(
      'Whether the copy still lies where the redrive moved it can’t be told: what does is there twice then.',
    )
    expect(copiesSentence({ ...copies, entries: 0, stillCopied: 3, leftOut: 99 })).toBe(
      'Adds nothing: none of them is to be added',
    )
    expect(copiesSentence({ ...copies, entries: 0, stillCopied: 3 })).toBe(
      'Adds nothing: what the redrive moved is still where it went',
    )
    expect(copiesWarnings({ ...copies, creates: true, notFound: 2, damaged: 1 })).toHaveLength(3)
    expect(copiesWarnings({ ...copies, there: 19_800, unsure: 40, leftOut: 1 }).map(plain)).toEqual([
      '19 800 of them are still in orders, and will not be added once more.',
      'Nothing says whether 40 of these entries went by what the backup was made for, or by somebody else’s doing.',
      '1 more entry was saved and stayed in the stream then: left out.',
    ])
    expect(copiesSentence({ ...copies, entries: 0, leftOut: 3 })).toBe(
      'Adds nothing: what the backup holds had stayed in the stream',
    )
    expect(copiesSentence({ ...copies, entries: 0, there: 3 })).toBe('Adds nothing: orders still holds them')
  })
})

describe('a new key in words', () => {
  test('says what it holds, where from, and that its memory is an estimate', () => {
    expect(plain(rebuildSentence(rebuilt))).toBe(
      'Makes orders:restored with 30 entries by their original ids, about 4.6 KiB of memory (an estimate)',
    )
    expect(originSentence(rebuilt)).toBe(
      '26 from the backup, 6 that orders holds now; 2 of them are in both, and are taken once.',
    )
    expect(originSentence({ ...rebuilt, merge: false })).toBe('26 from the backup.')
  })

  test('says what is lost of idempotent production', () => {
    const [said = ''] = rebuildWarnings({ ...rebuilt, warnings: ['ids-forgotten'] })
    expect(said).toMatch(/^The stream tracks 3 ids of 2 producers .* within 500 seconds is added twice after a swap/)
    expect(groupChangeWords({ ...swap, idempotence: rebuilt.idempotence })).toEqual([said])
    const idle = { ...rebuilt.idempotence, ids: 0, producers: 0 } as Idempotence
    expect(groupChangeWords({ ...swap, idempotence: idle })[0]).toMatch(/^Producers add to the stream with ids/)
    expect(groupChangeWords({ ...swap, idempotence: { ...idle, isUsed: false } })).toEqual([])
  })

  test('has words for every warning', () => {
    for (const words of rebuildWarnings({ ...rebuilt, warnings: [...rebuildWarning.options] })) {
      expect(words).toMatch(/^[A-Z0-9].*\.$/)
    }
  })
})

describe('a swap in words', () => {
  test('names all three', () => {
    expect(swapSentence(swap)).toBe(
      'Gives the name orders to orders:restored; what is orders now is kept as orders:before-restore',
    )
    expect([plain(standingWords(standing)), standingWords(null)]).toEqual(['1 200 pending, read to 5-0', 'not there'])
  })

  test('tells of groups that went on, and of those that were destroyed', () => {
    const group = (name: string, now: typeof standing | null, same = false) => ({ name, now, then: standing, same })
    expect(groupChangeWords({ ...swap, groups: [group('a', standing, true)] })).toEqual([])
    expect(groupChangeWords({ ...swap, groups: [group('a', standing)] })[0]).toContain('The group a has gone on since')
    const both = groupChangeWords({ ...swap, groups: [group('a', standing), group('b', standing), group('c', null)] })
    expect(both[0]).toContain('2 groups have gone on since')
    expect(both[1]).toBe('Destroyed since, but still in the new key: c.')
  })
})

test('a name that was not touched stays the bytes that it is; one that was typed is text; none is none', () => {
  const odd = { base64: '/w==' }
  expect(nameTyped('\\xff', odd)).toBe(odd)
  expect(nameTyped('\\xff2', odd)).toBe('\\xff2')
  expect([nameTyped('', odd), nameTyped('', null), nameTyped('', '')]).toEqual([null, null, ''])
})
