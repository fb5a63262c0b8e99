import { expect, test } from 'vitest'
import { notRunLines } from '../../build/not-run.mjs'

const nothing = { skipped: [], servers: [], only: '', areInTurn: false }
const skipped = (file: string, suite: string, note?: string) => ({ file, suite, note })

test('says nothing where all was run', () => {
  expect(notRunLines(nothing)).toEqual([])
})

test('tells each reason once, with how many tests and where', () => {
  const lines = notRunLines({
    ...nothing,
    skipped: [
      skipped('a.test.ts', 'in Electron', 'no binary'),
      skipped('b.test.ts', '', 'no room'),
      skipped('a.test.ts', 'in Electron', 'no binary'),
    ],
  })
  expect(lines.slice(1, -1)).toEqual([
    'NOT RUN, so not shown to work here:',
    '  2 tests: no binary',
    '    a.test.ts > in Electron',
    '  1 test: no room',
    '    b.test.ts',
  ])
})

test('tells a test that gives no reason', () => {
  const [, , line] = notRunLines({ ...nothing, skipped: [skipped('a.test.ts', '')] })
  expect(line).toBe('  1 test: left out, without a reason')
})

test('tells which servers are not here', () => {
  const [, , line] = notRunLines({ ...nothing, servers: ['redis-8.6', 'valkey-9'] })
  expect(line).toBe('  redis-8.6, valkey-9: not here (node build/fetch-servers.mjs tries to fetch them)')
})

test('tells that not every file ran on each server, unless one was asked for', () => {
  expect(notRunLines({ ...nothing, areInTurn: true })[2]).toMatch(/on each server: .* one more in turn/)
  expect(notRunLines({ ...nothing, only: 'redis-7', areInTurn: true }).join()).not.toContain('in turn')
})

test('with one server asked for tells that the others were left out, here or not', () => {
  const lines = notRunLines({ ...nothing, servers: ['redis-8.6'], only: 'redis-7' })
  expect(lines.slice(2, -1)).toEqual(['  every server but redis-7: SLUICE_TEST_SERVER asks for that one'])
})
