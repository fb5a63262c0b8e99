import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import {
  buildTree,
  byText,
  filterNames,
  streamName,
  visibleRows,
  type StreamNode,
} from '../../../renderer/utils/stream-tree'

function names(keys: readonly Bytes[]) {
  return keys.map(streamName).sort(byText)
}

function outline(nodes: readonly StreamNode[], depth = 0): string[] {
  return nodes.flatMap((node) => [
    `${' '.repeat(depth)}${node.name}${node.kind === 'folder' ? ` (${node.streams})` : ''}`,
    ...(node.kind === 'folder' ? outline(node.children, depth + 1) : []),
  ])
}

describe('the tree of streams', () => {
  it('has folders by the delimiter, with how many streams each holds', () => {
    const tree = buildTree(names(['ncc:checkins', 'ncc:users', 'orders', 'ncc:geo:eu', 'ncc:geo:us']), ':')
    expect(outline(tree)).toEqual(['ncc: (4)', ' checkins', ' geo: (2)', '  eu', '  us', ' users', 'orders'])
  })

  it('joins a folder that would hold one thing to what it holds', () => {
    expect(outline(buildTree(names(['a:b:c:d', 'x']), ':'))).toEqual(['a:b:c:d', 'x'])
    expect(outline(buildTree(names(['a:b:1', 'a:b:2']), ':'))).toEqual(['a:b: (2)', ' 1', ' 2'])
  })

  it('keeps a stream apart from the folder of the same name', () => {
    const tree = buildTree(names(['orders', 'orders:dlq', 'orders:eu']), ':')
    expect(outline(tree)).toEqual(['orders', 'orders: (2)', ' dlq', ' eu'])
  })

  it('is flat without a delimiter, and takes empty parts and any bytes', () => {
    expect(outline(buildTree(names(['a:b', 'a:c']), ''))).toEqual(['a:b', 'a:c'])
    const odd = buildTree(names([':', '::x', '', { base64: '//4=' }]), ':')
    expect(visibleRows(odd, () => true).filter(({ node }) => node.kind === 'stream')).toHaveLength(4)
  })

  it('counts numbers as numbers', () => {
    expect(names(['job:10', 'job:9', 'job:010', 'job', 'job:1a', 'job:9:x']).map(({ text }) => text)).toEqual([
      'job',
      'job:1a',
      'job:9',
      'job:9:x',
      'job:010',
      'job:10',
    ])
  })

  it('shows what is below open folders only, and tells the place of each row', () => {
    const tree = buildTree(names(['a:1', 'a:2', 'b']), ':')
    expect(visibleRows(tree, () => false).map(({ node }) => node.name)).toEqual(['a:', 'b'])
    const [, first] = visibleRows(tree, () => true)
    expect(first).toMatchObject({ depth: 1, position: 1, siblings: 2, node: { name: '1' } })
  })

  it('is filtered by words in any order and case', () => {
    const all = names(['Orders:EU', 'orders:us', 'users'])
    expect(filterNames(all, 'eu ORD').map(({ text }) => text)).toEqual(['Orders:EU'])
    expect(filterNames(all, '  ')).toBe(all)
  })
})
