import { isClaim } from '../../helpers/is-claim'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeUnless } from '../../helpers/describe-unless'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { makeSshKey, type SshKey } from '../../helpers/ssh-keys'
import { noSshd, startSshd, type TestSshd } from '../../helpers/ssh-server'
import { planClaim, seedStream, useBackend } from './backend-kit'

describeUnless(noSshd, 'a job through SSH', () => {
  const kit = useBackend()
  let sshd: TestSshd
  let proxy: FaultProxy
  let key: SshKey
  beforeAll(async () => {
    key = await makeSshKey()
    sshd = await startSshd({ authorized: [key] })
    proxy = await startFaultProxy(kit.redis)
  })
  afterAll(async () => {
    await proxy.stop()
    await sshd.stop()
  })
  const connect = async (): Promise<string> => {
    const { id: connectionId } = await kit.api.connection.save({
      profile: kit.redis.connection({
        endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port },
        ssh: { ...sshd.hop(), jump: null },
      }),
      secrets: { 'ssh-key': key.private },
    })
    const { type, fingerprint } = sshd.hostKey
    await kit.api.connection.trustHostKey({ host: sshd.host, port: sshd.port, type, fingerprint })
    await kit.api.connection.open({ connectionId })
    return connectionId
  }

  test('the SSH connection is cut once the server has the command: the reply is read back by another one', async () => {
    await seedStream(kit.direct, 'orders')
    const connectionId = await connect()
    const { id: planId } = await planClaim(kit.api, connectionId, 'orders')
    const struck = proxy.fault(
      (args) => {
        if (!isClaim(args)) return false
        sshd.drop()
        return true
      },
      { kind: 'delay', ms: 50 },
    )
    const job = await kit.finished(await kit.api.recovery.run({ connectionId, planId }))
    await struck
    expect(job).toMatchObject({ state: 'interrupted', undoable: true, counts: { changed: 3, unknown: 0 } })
    const pending = await kit.direct.xpending('orders', 'billing')
    expect(pending[3]).toEqual([['bob', '3']])
    expect(kit.logged()).toContain('ssh connection lost')
  })

  test('a way that is cut before the server had the command: it is told as not sent, or as not carried out', async () => {
    await seedStream(kit.direct, 'orders')
    const connectionId = await connect()
    const { id: planId } = await planClaim(kit.api, connectionId, 'orders')
    await sshd.kill()
    const job = kit.api.recovery.run({ connectionId, planId })
    await expect(job).rejects.toMatchObject({ code: 'UNREACHABLE' })
    const pending = await kit.direct.xpending('orders', 'billing')
    expect(pending[3]).toEqual([['alice', '3']])
    await sshd.restart()
  })
})
