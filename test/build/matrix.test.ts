import { expect, test } from 'vitest'
import { matrixLines } from '../../build/matrix.mjs'

const linesOf = (tests: Parameters<typeof matrixLines>[0]): readonly string[] => matrixLines(tests)
const EVERY = 'test/electron/services/every-action/every-action.test.ts'
const proof = (action: string, server: string, more: object = {}) => ({
  file: EVERY,
  name: `on ${server} > ${action}: planned by reading only`,
  state: 'passed',
  meta: { action },
  ...more,
})
const other = (file: string, name: string, state = 'passed') => ({
  file: `test/electron/services/${file}`,
  name,
  state,
  meta: {},
})

test('counts an action’s tests by server, in the order of the proofs', () => {
  const lines = linesOf([
    other('recovery/spread.test.ts', 'on redis-7.0.15 > a spread > is taken back exactly'),
    other('trim/run-faults.test.ts', 'a reply that is lost on valkey-9.1.2 > is read back'),
    proof('Claim', 'redis-7.0.15'),
    proof('Claim', 'valkey-9.1.2'),
    proof('Spread', 'redis-7.0.15'),
    proof('Spread', 'valkey-9.1.2'),
    proof('Trim', 'redis-7.0.15'),
    proof('Trim', 'valkey-9.1.2'),
  ])
  expect(lines).toEqual([
    'Every action on every server, and how many tests passed:',
    '        redis-7.0.15  valkey-9.1.2',
    'Claim              1             1',
    'Spread             2             1',
    'Trim               1             2',
  ])
})

test('tells a claim’s options apart by the names of their tests', () => {
  const lines = linesOf([
    proof('Claim', 'redis-7.0.15'),
    proof('Claim: deliveries set', 'redis-7.0.15'),
    other('recovery/claim-options.test.ts', 'on redis-7.0.15 > a claim that sets the delivery count > sets it for all'),
  ])
  expect(lines.slice(2)).toEqual(['Claim                             1', 'Claim: deliveries set             2'])
})

test('says why something is not offered, once for the servers of one reason', () => {
  const notOffered = 'This server has no XNACK.'
  const lines = linesOf(
    ['redis-7.0.15', 'redis-8.6.3'].map((server) =>
      proof('Release', server, { meta: { action: 'Release', notOffered } }),
    ),
  )
  expect(lines.slice(2)).toEqual([
    'Release   not offered  not offered',
    'Not offered on redis-7.0.15, redis-8.6.3: Release: This server has no XNACK.',
  ])
})

test('a failure shows, also beside what passed, and where something is said not to be offered', () => {
  const [, , line] = linesOf([
    proof('Ack', 'redis-7.0.15', { state: 'failed' }),
    other('recovery/ack.test.ts', 'on redis-7.0.15 > an ack > sends each entry once'),
    proof('Ack', 'valkey-9.1.2', { meta: { action: 'Ack', notOffered: 'No.' } }),
    other('recovery/ack.test.ts', 'on valkey-9.1.2 > an ack > sends each entry once', 'failed'),
  ])
  expect(line).toMatch(/^Ack {3}1, 1 FAILED {3}1, 1 FAILED$/)
})

test('what nothing has planned, run and undone on a server is said not to be proven there', () => {
  const [, , line] = linesOf([
    proof('Ack', 'redis-7.0.15'),
    other('recovery/ack.test.ts', 'on valkey-9.1.2 > an ack > sends each entry once'),
  ])
  expect(line).toMatch(/1 {2}1, not proven$/)
})

test('what was skipped, or is of no server or no action, adds nothing', () => {
  expect(
    linesOf([
      other('recovery/criteria.test.ts', 'a pending entry > matches'),
      other('groups.test.ts', 'on redis-7.0.15 > lists groups'),
    ]),
  ).toEqual([])
  const [, , line] = linesOf([proof('Ack', 'redis-7.0.15', { state: 'skipped' })])
  expect(line).toMatch(/ 0$/)
})

test('ways in are a table of their own, in the order of the tests, and count for no server', () => {
  const by = (way: string, action: string, more: object = {}) => ({
    file: 'test/electron/services/every-action/ways-in.test.ts',
    name: `by ${way} > ${action}: planned, run`,
    state: 'passed',
    meta: { action, way, ...more },
  })
  const lines = linesOf([
    proof('Claim', 'redis-7.0.15'),
    by('tcp', 'Browse'),
    by('cluster', 'Browse'),
    by('cluster', 'Claim'),
    { ...by('tcp', 'Claim'), state: 'failed' },
    by('replica', 'Claim', { refused: true }),
  ])
  expect(lines).toEqual([
    'Every action on every server, and how many tests passed:',
    '       redis-7.0.15',
    'Claim             1',
    'Every action by every way in, and how many tests passed:',
    '                tcp  cluster  replica',
    'Browse            1        1        –',
    'Claim   0, 1 FAILED        1  refused',
  ])
})
