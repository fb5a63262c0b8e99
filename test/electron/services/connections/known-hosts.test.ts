import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createConnections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { isAppError } from '../../../../shared/error'
import { errorText } from '../../../../shared/words/errors'
import { sentence } from '../../../../shared/words/messages'
import { describeUnless } from '../../../helpers/describe-unless'
import { requireBinary } from '../../../helpers/find-binary'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { makeSshKey, type SshKey } from '../../../helpers/ssh-keys'
import { noSshd, startSshd, type TestSshd } from '../../../helpers/ssh-server'
import { createSshWorld, tunnel, type SshWorld } from './ssh-kit'

describeUnless(noSshd, 'who an SSH server is', () => {
  let redis: TestRedis
  let sshd: TestSshd
  let key: SshKey
  let hostKey: SshKey
  let rsaHostKey: SshKey
  let other: SshKey
  let world: SshWorld
  beforeAll(async () => {
    redis = await startRedis()
    ;[key, hostKey, rsaHostKey, other] = await Promise.all([
      makeSshKey(),
      makeSshKey(),
      makeSshKey({ type: 'rsa' }),
      makeSshKey(),
    ])
    sshd = await startSshd({ authorized: [key], hostKeys: [hostKey, rsaHostKey] })
  })
  afterAll(async () => {
    await sshd.stop()
    await redis.stop()
  })
  beforeEach(async () => {
    world = await createSshWorld()
  })
  afterEach(() => world.close())
  const profile = () => redis.connection({ ssh: tunnel(sshd.hop()) })
  const secrets = () => ({ 'ssh-key': key.private })
  const refusal = () => world.refusal(profile(), secrets())
  const open = () => world.open(profile(), secrets())
  const shown = () => ({ host: sshd.host, port: sshd.port, type: hostKey.type, fingerprint: hostKey.fingerprint })
  const ownFile = () => join(world.dataDir, 'ssh-known-hosts.json')
  /** In OpenSSH's own file. */
  const know = (...lines: readonly string[]) => writeFileSync(world.knownHosts, `${lines.join('\n')}\n`)
  const at = () => `[${sshd.host}]:${sshd.port}`

  test('the first time it is a question, with the fingerprint that ssh-keygen tells; nothing was sent by then', async () => {
    const logins = sshd.log.split('userauth-request').length
    expect(await refusal()).toEqual({
      ...{ reason: 'ssh-host-unknown', endpoint: `${sshd.hop().username}@${sshd.host}:${sshd.port}`, detail: null },
      hostKey: shown(),
    })
    expect(sshd.log.split('userauth-request')).toHaveLength(logins)
  })

  test('accepted, it is asked no more: kept for this user only, and known to every process at once', async () => {
    expect(await refusal()).toMatchObject({ reason: 'ssh-host-unknown' })
    const otherProcess = await createConnections({
      ...{ dataDir: world.dataDir, secrets: createMemorySecrets(), log: createMemoryLog().log },
      sshKnownHosts: world.knownHosts,
    })
    await otherProcess.acceptHostKey(shown())
    await otherProcess.acceptHostKey(shown())
    await open()
    expect(statSync(ownFile()).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(ownFile(), 'utf8'))).toEqual({ version: 1, hosts: [shown()] })
    otherProcess.close()
  })

  test('many accepted at once by two processes are all kept', async () => {
    const another = await createSshWorld()
    const second = await createConnections({
      ...{ dataDir: world.dataDir, secrets: createMemorySecrets(), log: createMemoryLog().log },
    })
    const keys = Array.from({ length: 10 }, (_, n) => ({ ...shown(), port: n + 1 }))
    await Promise.all(keys.map((each, n) => (n % 2 === 0 ? world.connections : second).acceptHostKey(each)))
    const { hosts } = JSON.parse(readFileSync(ownFile(), 'utf8')) as { hosts: { port: number }[] }
    expect(hosts.map(({ port }) => port).sort((a, b) => a - b)).toEqual(keys.map(({ port }) => port))
    second.close()
    another.close()
  })

  test('a changed key is refused, with both fingerprints and the remedy, and sent nothing', async () => {
    await world.connections.acceptHostKey({ ...shown(), fingerprint: other.fingerprint })
    const logins = sshd.log.split('userauth-request').length
    const refused = await refusal()
    expect(refused).toMatchObject({ reason: 'ssh-host-changed' })
    expect(refused.hostKey).toBeUndefined()
    const said = sentence(refused.detail!)
    for (const part of [hostKey.fingerprint, other.fingerprint, 'ssh-known-hosts.json']) expect(said).toContain(part)
    expect(errorText({ code: 'UNREACHABLE', data: refused })).toContain('another key')
    expect(sshd.log.split('userauth-request')).toHaveLength(logins)
  })

  test('what ssh knows is known: plain, hashed, by a pattern', async () => {
    for (const hosts of [at(), `[*]:${sshd.port},other`]) {
      know(`${hosts} ${hostKey.public}`)
      world.connections.close(await open())
    }
    know(`${at()} ${hostKey.public}`)
    execFileSync(requireBinary('ssh-keygen'), ['-q', '-H', '-f', world.knownHosts], { stdio: 'ignore' })
    expect(readFileSync(world.knownHosts, 'utf8')).toMatch(/^\|1\|/)
    await open()
  })

  test('a server with several keys shows the one that is known', async () => {
    know(`${at()} ${rsaHostKey.public}`)
    await open()
  })

  test('one that shows a key of another type than the known one is refused, not asked about', async () => {
    const ecdsa = await makeSshKey({ type: 'ecdsa' })
    know(`${at()} ${ecdsa.public}`)
    const refused = await refusal()
    expect(refused).toMatchObject({ reason: 'ssh-host-changed' })
    expect(sentence(refused.detail!)).toContain(world.knownHosts)
  })

  test('a revoked key is refused, whoever accepted it', async () => {
    know(`@revoked * ${hostKey.public}`)
    await world.connections.acceptHostKey(shown())
    const refused = await refusal()
    expect(refused).toMatchObject({ reason: 'ssh-host-revoked' })
    expect(sentence(refused.detail!)).toContain('@revoked')
  })

  test('an authority is not asked, and that is told with the question', async () => {
    know(`@cert-authority * ${other.public}`)
    const refused = await refusal()
    expect(refused).toMatchObject({ reason: 'ssh-host-unknown', hostKey: shown() })
    expect(sentence(refused.detail!)).toContain('@cert-authority')
  })

  test('another port of the same host is another server', async () => {
    await world.connections.acceptHostKey({ ...shown(), port: sshd.port + 1, fingerprint: other.fingerprint })
    expect(await refusal()).toMatchObject({ reason: 'ssh-host-unknown' })
  })

  test('a file that is damaged, and lines in it that make no sense, let nobody in unasked', async () => {
    writeFileSync(ownFile(), JSON.stringify({ version: 1, hosts: [null, 7, { ...shown(), port: 'x' }, shown()] }))
    await open()
    writeFileSync(ownFile(), 'no JSON')
    const reread = await createConnections({
      ...{ dataDir: world.dataDir, secrets: createMemorySecrets(), log: createMemoryLog().log },
      sshKnownHosts: world.knownHosts,
    })
    const { id } = await reread.save({ profile: profile(), secrets: secrets() })
    const error: unknown = await reread.open(id).catch((reason: unknown) => reason)
    expect(isAppError(error, 'UNREACHABLE') && error.data.reason).toBe('ssh-host-unknown')
    reread.close()
  })
})
