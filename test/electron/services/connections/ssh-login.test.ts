import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeUnless } from '../../../helpers/describe-unless'
import { requireBinary } from '../../../helpers/find-binary'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { makeSshKey, type SshKey } from '../../../helpers/ssh-keys'
import { noSshd, startSshd, type TestSshd } from '../../../helpers/ssh-server'
import { createSshWorld, tunnel, type SshWorld } from './ssh-kit'

const PASSPHRASE = 'the word of the key'

describeUnless(noSshd, 'logging in at an SSH server', () => {
  let redis: TestRedis
  let sshd: TestSshd
  let world: SshWorld
  let plain: SshKey
  let encrypted: SshKey
  let rsa: SshKey
  let encryptedRsa: SshKey
  let ecdsa: SshKey
  let stranger: SshKey
  beforeAll(async () => {
    redis = await startRedis()
    ;[plain, encrypted, rsa, encryptedRsa, ecdsa, stranger] = await Promise.all([
      makeSshKey(),
      makeSshKey({ passphrase: PASSPHRASE }),
      makeSshKey({ type: 'rsa' }),
      makeSshKey({ type: 'rsa', passphrase: PASSPHRASE }),
      makeSshKey({ type: 'ecdsa' }),
      makeSshKey(),
    ])
    sshd = await startSshd({ authorized: [plain, encrypted, rsa, encryptedRsa, ecdsa] })
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

  test.each([
    ['ed25519', () => plain, null],
    ['encrypted ed25519', () => encrypted, PASSPHRASE],
    ['RSA', () => rsa, null],
    ['encrypted RSA', () => encryptedRsa, PASSPHRASE],
    ['ECDSA', () => ecdsa, null],
  ] as const)('with a key: %s', async (_, key, passphrase) => {
    const secrets = { 'ssh-key': key().private, ...(passphrase === null ? {} : { 'ssh-passphrase': passphrase }) }
    const id = await world.trustAndOpen(profile(), secrets)
    expect(world.connections.status(id)).toMatchObject({ state: 'open', server: { version: redis.version } })
    expect(sshd.log).toContain(`target ${redis.host} port ${redis.port}`)
  })

  const refused: readonly (readonly [string, () => Record<string, string>, string, string | null])[] = [
    ['none', () => ({}), 'ssh-key', 'ssh.key-missing'],
    ['no key at all', () => ({ 'ssh-key': 'no key at all' }), 'ssh-key', 'ssh.key-unreadable'],
    ['a public key', () => ({ 'ssh-key': plain.public }), 'ssh-key', 'ssh.key-unreadable'],
    ['half a key', () => ({ 'ssh-key': plain.private.slice(0, 200) }), 'ssh-key', 'ssh.key-unreadable'],
    ['encrypted, no passphrase', () => ({ 'ssh-key': encrypted.private }), 'ssh-key', 'ssh.passphrase-missing'],
    ['encrypted RSA, no passphrase', () => ({ 'ssh-key': encryptedRsa.private }), 'ssh-key', 'ssh.passphrase-missing'],
    [
      'a wrong passphrase',
      () => ({ 'ssh-key': encrypted.private, 'ssh-passphrase': `${PASSPHRASE}!` }),
      ...(['ssh-key', 'ssh.passphrase-wrong'] as const),
    ],
    [
      'a wrong passphrase of RSA',
      () => ({ 'ssh-key': encryptedRsa.private, 'ssh-passphrase': 'other' }),
      ...(['ssh-key', 'ssh.passphrase-wrong'] as const),
    ],
    ['a key that is not let in', () => ({ 'ssh-key': stranger.private }), 'ssh-auth', null],
  ]
  test.each(refused)('refused with a key: %s', async (_, secrets, reason, detail) => {
    await world.trustAndOpen(profile(), { 'ssh-key': plain.private })
    const { username, port } = sshd.hop()
    expect(await world.refusal(profile(), secrets())).toMatchObject({
      reason,
      endpoint: `${username}@127.0.0.1:${port}`,
      detail: detail === null ? null : { code: detail },
    })
  })

  test('a user that is none, and a server that takes no password', async () => {
    await world.trustAndOpen(profile(), { 'ssh-key': plain.private })
    const nobody = redis.connection({ ssh: tunnel(sshd.hop({ username: 'nobody-of-note' })) })
    expect(await world.refusal(nobody, { 'ssh-key': plain.private })).toMatchObject({ reason: 'ssh-auth' })
    const byPassword = redis.connection({ ssh: tunnel(sshd.hop({ auth: 'password' })) })
    expect(await world.refusal(byPassword, { 'ssh-password': 'any' })).toMatchObject({ reason: 'ssh-auth' })
    expect(await world.refusal(byPassword)).toMatchObject({ reason: 'ssh-password' })
  })

  describe('by an agent', () => {
    const before = process.env['SSH_AUTH_SOCK']
    const dir = mkdtempSync(join(tmpdir(), 'sluice-agent-'))
    const socket = join(dir, 'socket')
    let agent: ChildProcess
    beforeAll(async () => {
      agent = spawn(requireBinary('ssh-agent'), ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
      // It tells where it listens.
      await once(agent.stdout!, 'data')
      writeFileSync(join(dir, 'key'), rsa.private, { mode: 0o600 })
      execFileSync(requireBinary('ssh-add'), ['-q', join(dir, 'key')], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
      })
    })
    afterAll(async () => {
      agent.kill()
      if (agent.exitCode === null && agent.signalCode === null) await once(agent, 'exit')
      rmSync(dir, { recursive: true, force: true })
    })
    afterEach(() => {
      if (before === undefined) delete process.env['SSH_AUTH_SOCK']
      else process.env['SSH_AUTH_SOCK'] = before
    })
    const byAgent = () => redis.connection({ ssh: tunnel(sshd.hop({ auth: 'agent' })) })

    test('that has the key', async () => {
      process.env['SSH_AUTH_SOCK'] = socket
      const id = await world.trustAndOpen(byAgent())
      expect(world.connections.status(id).state).toBe('open')
    })

    test('that is not there, or was never named', async () => {
      process.env['SSH_AUTH_SOCK'] = join(dir, 'nothing')
      await world.trustAndOpen(profile(), { 'ssh-key': plain.private })
      expect(await world.refusal(byAgent())).toMatchObject({ reason: 'ssh-agent' })
      delete process.env['SSH_AUTH_SOCK']
      expect(await world.refusal(byAgent())).toMatchObject({
        reason: 'ssh-agent',
        detail: { code: 'ssh.no-agent-address' },
      })
    })

    test('whose keys are not let in', async () => {
      process.env['SSH_AUTH_SOCK'] = socket
      const picky = await startSshd({ authorized: [plain] })
      const by = redis.connection({ ssh: tunnel(picky.hop({ auth: 'agent' })) })
      await expect(world.trustAndOpen(by)).rejects.toMatchObject({ data: { reason: 'ssh-auth' } })
      await picky.stop()
    })
  })
})
