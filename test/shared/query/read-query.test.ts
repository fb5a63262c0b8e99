import { describe, expect, test } from 'vitest'
import type { Condition } from '../../../shared/model/entry-query'
import { readQuery } from '../../../shared/query/read-query'
import { words } from '../../../shared/words/words'

const read = (text: string) => {
  const got = readQuery(text)
  return 'query' in got ? got.query : got.fault
}
const any = (value: Condition['value'], not = false): Condition => ({
  ...{ not, subject: { kind: 'any' }, how: 'contains', value },
})
const of = (name: Condition['value'], how: Condition['how'], value: Condition['value'], not = false): Condition => ({
  ...{ not, subject: { kind: 'field', name }, how, value },
})

const matches = (value: string, not = false): Condition => ({ not, subject: { kind: 'any' }, how: 'matches', value })

describe('is understood:', () => {
  test.each<[string, readonly (readonly Condition[])[]]>([
    ['4711', [[any('4711')]]],
    ['  a   b ', [[any('a'), any('b')]]],
    ['"two words"', [[any('two words')]]],
    ['""', [[any('')]]],
    ['-test', [[any('test', true)]]],
    ['-', [[any('-')]]],
    ['a -', [[any('a'), any('-')]]],
    ['a-b', [[any('a-b')]]],
    ['status=failed', [[of('status', 'is', 'failed')]]],
    ['-status=failed', [[of('status', 'is', 'failed', true)]]],
    ['status!=failed', [[of('status', 'is-not', 'failed')]]],
    ['status:fail', [[of('status', 'contains', 'fail')]]],
    ['a=b=c', [[of('a', 'is', 'b=c')]]],
    ['total>=-9.99', [[of('total', 'at-least', '-9.99')]]],
    ['total<1e3 total>0', [[of('total', 'below', '1e3'), of('total', 'above', '0')]]],
    ['order.items[0].sku=A1', [[of('order.items[0].sku', 'is', 'A1')]]],
    ['"a b"="c d"', [[of('a b', 'is', 'c d')]]],
    ['"a=b"=c', [[of('a=b', 'is', 'c')]]],
    ['a=""', [[of('a', 'is', '')]]],
    ['has:error', [[of('error', 'has', '')]]],
    ['-has:error', [[of('error', 'has', '', true)]]],
    ['"has":error', [[of('has', 'contains', 'error')]]],
    ['@size>4096', [[{ not: false, subject: { kind: 'size' }, how: 'above', value: '4096' }]]],
    ['"@size"=big', [[of('@size', 'is', 'big')]]],
    ['http://a.b/c', [[any('http://a.b/c')]]],
    ['=x', [[any('=x')]]],
    ['a OR b c', [[any('a')], [any('b'), any('c')]]],
    ['OR1 ORDER', [[any('OR1'), any('ORDER')]]],
    ['"OR"', [[any('OR')]]],
    ['"\\x00\\xff"', [[any({ base64: 'AP8=' })]]],
    ['"\\"\\\\\\n\\t\\r\\x41"', [[any('"\\\n\t\rA')]]],
    ['/A-\\d+/', [[matches('A-\\d+')]]],
    ['-/a\\/b/i b', [[matches('(?i)a/b', true), any('b')]]],
    ['/a\\ b/ /[^ ]x/ /colou?r/', [[matches('a\\ b'), matches('[^ ]x'), matches('colou?r')]]],
    ['@any~/orders/i -@any~/A x/', [[matches('(?i)orders'), matches('A x', true)]]],
    ['"@any"~/a/', [[of('@any', 'matches', 'a')]]],
    // In brackets a slash ends nothing.
    ['/[^/]x/ /[]/]/ /[^]/]/', [[matches('[^/]x'), matches('[]/]'), matches('[^]/]')]]],
    ['path~/^[^/]+$/ /[[:alpha:]/\\]/]+/', [[of('path', 'matches', '^[^/]+$'), matches('[[:alpha:]/\\]/]+')]]],
    ['/[!-[:alpha:]/ /[x/]/', [[matches('[!-[:alpha:]'), matches('[x/]')]]],
    ['/(?i)a/i a~/(?i)b/', [[matches('(?i)a'), of('a', 'matches', '(?i)b')]]],
    // Paths are words.
    ['/orders/ /users/i', [[any('/orders/'), any('/users/i')]]],
    ['/en/us -/api/v // /a.b/', [[any('/en/us'), any('/api/v', true), any('//'), any('/a.b/')]]],
    ['/tmp x:y/ z', [[any('/tmp'), of('x', 'contains', 'y/'), any('z')]]],
    ['backup~/x a~/b/c', [[any('backup~/x'), any('a~/b/c')]]],
    ['backup~/x=1 "a b"~/x', [[of('backup~/x', 'is', '1'), any('a b'), any('~/x')]]],
    ['/{id}/ /*.csv/ /$ref/i', [[any('/{id}/'), any('/*.csv/'), any('/$ref/i')]]],
    ['sku~/^A$/ -"a b"~/["]/i', [[of('sku', 'matches', '^A$'), of('a b', 'matches', '(?i)["]', true)]]],
    ['a.b[0]~/\\\\/ OR c', [[of('a.b[0]', 'matches', '\\\\')], [any('c')]]],
    ['@size~/9$/', [[{ not: false, subject: { kind: 'size' }, how: 'matches', value: '9$' }]]],
    ['/var/log /a /b', [[any('/var/log'), any('/a'), any('/b')]]],
    ['a~b ~ ~/x has:a~/b/', [[any('a~b'), any('~'), any('~/x'), of('a~/b/', 'has', '')]]],
    ['ключ=значение', [[of('ключ', 'is', 'значение')]]],
    ['a="👍 \u202e"', [[of('a', 'is', '👍 \u202e')]]],
  ])('%s', (text, query) => {
    expect(read(text)).toEqual(query)
  })
})

describe('is refused, with its place:', () => {
  test.each([
    ['', 'nothing', 0],
    ['   ', 'nothing', 3],
    ['a "b', 'open-quote', 2],
    ['"', 'open-quote', 0],
    ['"a\\', 'bad-escape', 2],
    ['"\\q"', 'bad-escape', 1],
    ['"\\x4"', 'bad-escape', 1],
    ['a=', 'no-value', 0],
    ['b a: c', 'no-value', 2],
    ['has:', 'no-value', 0],
    ['a>x', 'no-number', 2],
    ['a>=""', 'no-number', 3],
    ['a>"\\xff"', 'no-number', 2],
    ['@size=big', 'no-number', 6],
    ['a~/^b', 'open-pattern', 2],
    ['a~/b\\/', 'open-pattern', 2],
    ['a~/(b)/c', 'open-pattern', 2],
    ['b~//', 'no-pattern', 3],
    ['a~/(?i)/i', 'no-pattern', 7],
    ['/(?i)(?i)a/i', 'odd-group', 5],
    ['/a{12345}/', 'odd-repeat', 2],
    ['a~/b(c/', 'open-group', 4],
    ['/a\\/b\\/c(?=d)/', 'look-around', 8],
    ['/😀[/', 'open-class', 3],
    ['/a/i/b/ /c(/i', 'open-group', 10],
    ['a~/b/g', 'bad-flag', 5],
    ['/a\\d/g', 'bad-flag', 5],
    ['/a+/ '.repeat(9), 'too-many-patterns', 45],
    ['OR a', 'nothing-around-or', 0],
    ['a OR', 'nothing-around-or', 4],
    ['a OR OR b', 'nothing-around-or', 5],
    ['a '.repeat(31), 'too-many', 61],
    [`a${' OR a'.repeat(31)}`, 'too-many', 149],
  ])('%s', (text, code, at) => {
    expect(read(text)).toEqual({ code, at })
  })
})

test('never fails otherwise, whatever is typed', () => {
  const signs = [
    '"',
    '\\',
    'x',
    '4',
    '1',
    ' ',
    '-',
    '=',
    '!',
    '>',
    '<',
    ':',
    'OR',
    'has',
    '@size',
    '👍',
    '\ud800',
    '.',
    '[0]',
    '/',
    '~/',
    '(',
    '/i',
    '[',
    ']',
    '^',
    '@any',
  ]
  for (let seed = 1; seed <= 3_000; seed += 1) {
    const text = Array.from({ length: seed % 12 }, (_, at) => signs[(seed * 31 + at * seed * 7) % signs.length]).join(
      '',
    )
    expect(read(text)).toBeTypeOf('object')
  }
})

test('what was understood is said in words', () => {
  const said = (text: string) => {
    const got = readQuery(text)
    return 'query' in got ? words.search.understood(got.query) : null
  }
  expect(said('sku~/^A-\\/\\d+$/i -@any~/x y/ @size~/9$/')).toBe(
    'sku matches /^A-\\/\\d+$/i and no name or value matches /x y/ and the size in bytes matches /9$/',
  )
  expect(said('4711 -status=ok OR total>=9.99 has:error @size<10')).toBe(
    'a name or value contains “4711” and status is not “ok”, or total is at least “9.99” and error is there and the size in bytes is below “10”',
  )
})
