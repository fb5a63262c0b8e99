import { expect, test } from 'vitest'
import { nodesText, parseNodes } from '../../shared/node-list'

test.each([
  ['10.0.0.4:6379', [{ host: '10.0.0.4', port: 6_379 }]],
  [
    ' a:1,b:2\n[::1]:3 ; c:4 ',
    [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
      { host: '::1', port: 3 },
      { host: 'c', port: 4 },
    ],
  ],
])('%j', (text, nodes) => {
  expect(parseNodes(text)).toEqual(nodes)
  expect(parseNodes(nodesText(nodes))).toEqual(nodes)
})

test.each(['', ' , ', 'a', 'a:', ':1', 'a:0', 'a:65536', 'a:1 b', '::1:6379', 'redis://a:1', 'user:word@a:1', 'a:1/0'])(
  'refused: %j',
  (text) => {
    expect(parseNodes(text)).toBeNull()
  },
)

test('a port that is not named, where there is one to take', () => {
  expect(parseNodes('a, [::1], b:7', 6_379)).toEqual([
    { host: 'a', port: 6_379 },
    { host: '::1', port: 6_379 },
    { host: 'b', port: 7 },
  ])
  expect(parseNodes('a, b:0', 6_379)).toBeNull()
})
