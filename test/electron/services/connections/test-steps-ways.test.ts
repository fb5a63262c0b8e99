import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { AddressPair, ConnectionProfile } from '../../../../shared/model/connection'
import type { HostKey } from '../../../../shared/model/host-key'
import { describeUnless } from '../../../helpers/describe-unless'
import { startCluster, type TestCluster } from '../../../helpers/redis-cluster'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { startSentinels, type TestSentinels } from '../../../helpers/redis-sentinel'
import { freePort } from '../../../helpers/server-process'
import { makeSshKey, type SshKey } from '../../../helpers/ssh-keys'
import { noSshd, startSshd, type TestSshd } from '../../../helpers/ssh-server'
import { createSshWorld, tunnel, type SshWorld, type TypedSecrets } from './ssh-kit'
import { trySteps, type Tried } from './try-steps'

let world: SshWorld
beforeEach(async () => {
  world = await createSshWorld({ connectTimeoutMs: 1_500, commandTimeoutMs: 1_500 })
})
afterEach(() => world.close())
const tryOut = (profile: ConnectionProfile, secrets: TypedSecrets = {}): Promise<Tried> =>
  trySteps(world.connections, profile, secrets)

describeUnless(noSshd, 'through a jump host', () => {
  let redis: TestRedis
  let [inner, bastion] = [null, null] as unknown as [TestSshd, TestSshd]
  let [key, bastionKey] = [null, null] as unknown as [SshKey, SshKey]
  beforeAll(async () => {
    ;[key, bastionKey] = await Promise.all([makeSshKey(), makeSshKey()])
    ;[inner, bastion, redis] = await Promise.all([
      startSshd({ authorized: [key] }),
      startSshd({ authorized: [bastionKey] }),
      startRedis(),
    ])
  })
  afterAll(() => Promise.all([inner.stop(), bastion.stop(), redis.stop()]))

  const secrets = () => ({ 'ssh-key': key.private, 'jump-key': bastionKey.private })
  const by = (changes: Partial<ConnectionProfile> = {}) =>
    redis.connection({ ssh: tunnel(inner.hop(), bastion.hop()), ...changes })
  /** Says yes to each SSH server that shows its key; gives which ports they were at. */
  async function trustAll(): Promise<readonly number[]> {
    const asked: number[] = []
    for (;;) {
      const { steps } = await tryOut(by(), secrets())
      const hostKey = (steps[0]?.error?.data as { readonly hostKey?: HostKey } | undefined)?.hostKey
      if (!hostKey) return asked
      asked.push(hostKey.port)
      await world.connections.acceptHostKey(hostKey)
    }
  }

  test('each SSH server is a question of its own, the jump host first; then all goes that way', async () => {
    expect(await trustAll()).toEqual([bastion.port, inner.port])
    const { ended, said, result } = await tryOut(by(), secrets())
    expect(ended.slice(0, 3)).toEqual(['ssh good', 'socket good', 'login good'])
    expect(said('ssh')).toContain('through the jump host')
    expect(result).toBe(redis.version)
    await expect.poll(() => bastion.connections() + inner.connections()).toBe(0)
  })

  test('what fails names the SSH server where it did', async () => {
    await trustAll()
    const jumpRefused = await tryOut(by(), { ...secrets(), 'jump-key': key.private })
    expect(jumpRefused.ended).toEqual(['ssh failed'])
    expect(jumpRefused.said('ssh')).toContain(String(bastion.port))
    expect(jumpRefused.said('ssh')).not.toContain(String(inner.port))
    const innerRefused = await tryOut(by(), { ...secrets(), 'ssh-key': bastionKey.private })
    expect(innerRefused.said('ssh')).toContain(String(inner.port))
    const nobody = await freePort()
    const unreached = await tryOut(by({ ssh: tunnel(inner.hop({ port: nobody }), bastion.hop()) }), secrets())
    expect(unreached.ended).toEqual(['ssh failed'])
    expect(unreached.said('ssh')).toMatch(new RegExp(`${nobody} from .*${bastion.port}`))
    const dead = { kind: 'tcp', host: '127.0.0.1', port: nobody } as const
    expect((await tryOut(by({ endpoint: dead }), secrets())).ended).toEqual(['ssh good', 'socket failed'])
    await expect.poll(() => bastion.connections() + inner.connections()).toBe(0)
  })
})

const NOWHERE = 'node.sluice.invalid'

describe('with an address map', () => {
  let cluster: TestCluster
  let sentinels: TestSentinels
  beforeAll(async () => {
    ;[cluster, sentinels] = await Promise.all([startCluster(), startSentinels()])
    for (const node of cluster.nodes) {
      await node.cli('CONFIG', 'SET', 'cluster-announce-hostname', NOWHERE)
      await node.cli('CONFIG', 'SET', 'cluster-preferred-endpoint-type', 'hostname')
    }
    // All know of all.
    const count = async (node: TestRedis) => (await node.cli('CLUSTER', 'SLOTS')).split(NOWHERE).length - 1
    await vi.waitFor(
      async () => {
        for (const told of await Promise.all(cluster.nodes.map(count))) {
          expect(told).toBeGreaterThanOrEqual(cluster.primaries.length)
        }
      },
      { timeout: 20_000, interval: 100 },
    )
  })
  afterAll(() => Promise.all([cluster.stop(), sentinels.stop()]))

  const pairs = (): AddressPair[] =>
    cluster.nodes.map(({ host, port }) => ({ from: { host: NOWHERE, port }, to: { host, port } }))
  const whole = (addressMap: AddressPair[]): ConnectionProfile => {
    const { port } = cluster.primaries[0]!
    const endpoint = { kind: 'cluster' as const, nodes: [{ host: NOWHERE, port }] }
    return cluster.primaries[0]!.connection({ endpoint, addressMap })
  }

  test('each node is tried where the map says that it is reached, also the one that was entered', async () => {
    const { ended, said, steps, result } = await tryOut(whole(pairs()))
    expect(ended.filter((each) => each.endsWith(' failed'))).toEqual([])
    expect(ended).toContain('topology good')
    expect(said('topology')).toContain('3 primaries with all slots')
    expect(steps.find(({ name }) => name === 'socket')?.where).toContain('127.0.0.1')
    expect(result).toBe(cluster.primaries[0]!.version)
  })

  test('nodes that it leaves out are not reached, and named as they are announced', async () => {
    const { host, port } = cluster.primaries[0]!
    const { ended, said } = await tryOut(whole([{ from: { host: NOWHERE, port }, to: { host, port } }]))
    expect(ended).not.toContain('topology good')
    for (const node of cluster.primaries.slice(1)) expect(said('topology')).toContain(`${NOWHERE}:${node.port}`)
    const unmapped = await tryOut(whole([]))
    expect(unmapped.ended).toEqual(['name failed'])
  })

  test('one that leads to nobody fails at its connection, by the address that it leads to', async () => {
    const to = { host: '127.0.0.1', port: await freePort() }
    const { port } = cluster.primaries[0]!
    const { steps } = await tryOut(whole([{ from: { host: NOWHERE, port }, to }]))
    expect(steps.at(-1)).toMatchObject({ name: 'socket', state: 'failed', where: `127.0.0.1:${to.port}` })
  })

  test('the primary that sentinels name is tried where the map says', async () => {
    const nobody = await freePort()
    const { host, port } = await sentinels.primary()
    const wrong = { ...sentinels.connection(), addressMap: [{ from: { host, port }, to: { host, port: nobody } }] }
    const { steps, result } = await tryOut(wrong)
    expect(result).toBeNull()
    expect(steps.at(-1)).toMatchObject({ name: 'socket', state: 'failed', where: `${host}:${nobody}` })
    expect((await tryOut(sentinels.connection())).result).not.toBeNull()
  })
})
