import { expect, test } from 'vitest'
import { shortenTree } from '../../../shared/decode/shorten'
import { decode } from './kit'

test('of a tree so many characters are sent, and that they are not all', () => {
  const { root } = decode(JSON.stringify({ ['k'.repeat(10)]: 'x'.repeat(100), then: ['{"a":1}', 'y'.repeat(100)] }))
  if (root === null) throw new Error('no tree')
  expect(shortenTree(root, 1_000)).toEqual({ root, isCut: false })
  const short = shortenTree(root, 60)
  expect(short).toMatchObject({
    isCut: true,
    root: {
      members: [
        { key: 'k'.repeat(10), value: { text: 'x'.repeat(50) } },
        { value: { items: [{ text: '' }, { text: '' }] } },
      ],
    },
  })
})
