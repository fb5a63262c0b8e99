import { expect, test } from 'vitest'
import {
  isIdleKeptCheaply,
  keptIdleBatch,
  requireKeptIdle,
} from '../../../../electron/services/recovery/claims/kept-idle'
import type { ServerInfo } from '../../../../shared/model/connection'

const server = (product: string, version: string): ServerInfo => ({ product, version }) as unknown as ServerInfo

test.each([
  ['redis', '7.0.15', 1_000_000, 500],
  ['redis', '8.2.1', 1_000_000, 500],
  ['redis', '8.4.0', 1_000_000, 0],
  ['redis', '8.10.0', 1_000_000, 0],
  ['redis', '10.0.0', 20_001, 0],
  ['redis', '8.6.3', 20_000, 1],
  ['redis', '8.6.3', 1_000, 20],
  ['redis', '8.6.3', 40, 500],
  ['redis', '8.6.3', 0, 500],
  ['valkey', '9.1.2', 1_000_000, 500],
  ['valkey', '9.2.0', 1_000_000, 0],
  ['dragonfly', '1.30.0', 1_000_000, 0],
  ['keydb', '6.3.4', 10_000, 2],
  ['unknown', 'unknown', 1_000_000, 0],
  ['redis', 'unknown', 1_000_000, 0],
])('%s %s with %i entries pending takes %i ids at once with their idle time', (product, version, pending, most) => {
  expect(keptIdleBatch(server(product, version), pending)).toBe(most)
})

test.each([
  ['redis', '7.0.15', 1_000_000, 100_000, true],
  ['redis', '7.0.15', 1_000_000, 100_001, false],
  ['valkey', '9.1.2', 1_000_000, 100_000, true],
  ['redis', '8.6.3', 1_000, 1_000, true],
  ['redis', '8.6.3', 1_001, 1_000, false],
  ['redis', '8.6.3', 20_000, 50, true],
  ['redis', '8.6.3', 20_001, 1, false],
  ['unknown', 'unknown', 1_000_000, 1, false],
])('%s %s with %i pending keeps the idle time of %i unasked: %s', (product, version, pending, entries, cheap) => {
  expect(isIdleKeptCheaply(server(product, version), pending, entries)).toBe(cheap)
})

test('where not even one id goes, it says how many are pending and why that is too much', () => {
  expect(() => requireKeptIdle(server('redis', '8.6.3'), 1_000_000)).toThrow(
    /1000000 entries are pending.*answer nobody/,
  )
})
