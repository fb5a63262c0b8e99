// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import BetterWayBanner from '../../../../renderer/components/frame/BetterWayBanner.vue'
import { useOverlays } from '../../../../renderer/composables/use-overlays'
import { useConnections } from '../../../../renderer/stores/connections'
import type { BetterWay, Connection } from '../../../../shared/model/connection'
import { fakeApi } from '../../helpers/fake-api'
import { button, connection, mountOn } from '../../helpers/mount-view'

const at = (betterWay: BetterWay | null, mine: Partial<Connection> = {}) => {
  fakeApi({})
  return mountOn(BetterWayBanner, {}, { server: { betterWay }, connection: mine })
}
const CLUSTER: BetterWay = { kind: 'cluster', nodes: 3 }
const PRIMARY: BetterWay = { kind: 'primary', host: '10.0.0.9', port: 7000 }
const tcp = { kind: 'tcp', host: 'db', port: 1 } as const

enableAutoUnmount(afterEach)

it('says nothing where the server is what was meant', async () => {
  await at(null)
  expect(document.body.textContent).toBe('')
})

it('of a node of a cluster: the form is opened with the cluster filled in, and nothing saved', async () => {
  await at(CLUSTER, { endpoint: tcp })
  button('Open the cluster…').click()
  expect(useOverlays().form.value).toMatchObject({
    kind: 'edit',
    connection: { id: 'c1' },
    endpoint: { kind: 'cluster', nodes: [{ host: 'db', port: 1 }] },
  })
})

it('of a replica: its primary is a connection of its own', async () => {
  await at(PRIMARY)
  button('Open its primary…').click()
  expect(useOverlays().form.value).toMatchObject({
    kind: 'copy',
    connection: { id: 'c1' },
    endpoint: { kind: 'tcp', host: '10.0.0.9', port: 7000 },
  })
})

it('leads to the connection that there is already', async () => {
  await at(PRIMARY)
  const other = connection({ id: 'c2', name: 'Primary', endpoint: { kind: 'tcp', host: '10.0.0.9', port: 7000 } })
  useConnections().list = [connection(), other]
  await flushPromises()
  expect(button('Go to Primary')).toBeDefined()
  expect(document.body.textContent).not.toContain('Open its primary')
})

it('does not lead to the same address at the end of another way, or to another database', async () => {
  await at(PRIMARY)
  const there = { endpoint: { kind: 'tcp', host: '10.0.0.9', port: 7000 } } as const
  const ssh = { host: 'bastion', port: 22, username: 'ops', auth: 'agent', jump: null } as const
  useConnections().list = [
    connection(),
    connection({ ...there, id: 'c2', name: 'Far', ssh }),
    connection({ ...there, id: 'c3', name: 'Other', db: 3 }),
  ]
  await flushPromises()
  expect(button('Open its primary…')).toBeDefined()
})

it('by a Unix socket it says so, and can offer nothing', async () => {
  await at({ kind: 'cluster', nodes: null }, { endpoint: { kind: 'unix', path: '/run/redis.sock' } })
  expect(document.body.textContent).toContain('This is one node of a cluster')
  expect(document.querySelectorAll('button')).toHaveLength(1)
})

it('is silent on a connection where it was left so, and on no other', async () => {
  await at(PRIMARY)
  button('Leave it so').click()
  await flushPromises()
  expect(document.body.textContent).toBe('')
  const connections = useConnections()
  connections.list = [connection({ id: 'c2' })]
  connections.statuses = new Map([['c2', { ...connections.statuses.get('c1')!, connectionId: 'c2' }]])
  connections.activeId = 'c2'
  await flushPromises()
  expect(document.body.textContent).toContain('This is a replica of 10.0.0.9:7000')
})
