import { expect, test } from 'vitest'
import { sharedServer } from '../../../../electron/services/connections/shared-server'
import { message } from '../../../../shared/words/messages'
import { capabilityName, type Capability, type ServerInfo } from '../../../../shared/model/connection'

const has: Capability = { available: true, reason: null }
const lacks: Capability = { available: false, reason: message('connection.replica') }
const server = (some: Partial<ServerInfo>, lacking: readonly string[] = []): ServerInfo => ({
  ...{ product: 'redis', version: '8.0.0', mode: 'cluster', role: 'master', user: 'default', keyspaceEvents: '' },
  betterWay: null,
  capabilities: Object.fromEntries(
    capabilityName.options.map((name) => [name, lacking.includes(name) ? lacks : has]),
  ) as ServerInfo['capabilities'],
  ...some,
})

test('what one of them lacks, all lack, and says why', () => {
  const shared = sharedServer([server({}), server({}, ['xdelex']), server({}, ['xackdel'])])
  expect(shared?.capabilities.xdelex).toEqual(lacks)
  expect(shared?.capabilities.xackdel).toEqual(lacks)
  expect(shared?.capabilities.xadd).toEqual(has)
})

test('the oldest version is said', () => {
  expect(sharedServer([server({ version: '8.10.0' }), server({ version: '8.6.3' })])).toMatchObject({
    version: '8.6.3',
  })
})

test('of nobody nothing is known', () => {
  expect(sharedServer([])).toBeNull()
})
