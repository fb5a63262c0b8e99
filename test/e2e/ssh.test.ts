import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeUnless } from '../helpers/describe-unless'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { makeSshKey, type SshKey } from '../helpers/ssh-keys'
import { noSshd, startSshd, type TestSshd } from '../helpers/ssh-server'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { openApp, words, type App } from './app'

const SHOT = process.env['SLUICE_SHOTS_OF'] ?? ''
const PASSPHRASE = 'the word of the key'

describeUnless(noSshd, 'a Redis behind an SSH server', () => {
  let redis: TestRedis
  let sshd: TestSshd
  let key: SshKey
  let host: WebHost
  let app: App
  let dataDir: string
  beforeAll(async () => {
    redis = await startRedis()
    await redis.client().xadd('behind-the-bastion', '*', 'n', '1')
    key = await makeSshKey({ passphrase: PASSPHRASE })
    sshd = await startSshd({ authorized: [key] })
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-data-'))
    host = await startWebHost([], { SLUICE_DATA_DIR: dataDir, HOME: dataDir })
    app = await openApp(host)
  })
  afterAll(async () => {
    await app.close()
    await host.stop()
    await sshd.stop()
    await redis.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  test('its fingerprint is asked about, once; a changed one is refused', async () => {
    await app.on(async (page) => {
      await page.getByRole('button', { name: 'Add a connection' }).click()
      const form = page.getByRole('dialog')
      const fill = (name: string, text: string) => form.getByRole('textbox', { name, exact: true }).fill(text)
      await fill('Name', 'Behind a bastion')
      await fill('Host', redis.host)
      await form.getByLabel('Port').first().fill(String(redis.port))
      await form.getByRole('switch', { name: 'SSH tunnel' }).click()
      await fill('SSH host', sshd.host)
      await form.getByLabel('Port').nth(1).fill(String(sshd.port))
      await fill('SSH user', sshd.hop().username)
      await fill('Private key', key.private)
      await form.getByLabel('Passphrase of the key').fill(PASSPHRASE)
      await form.getByRole('button', { name: 'Save and open' }).click()

      const question = form.getByRole('alert')
      await words(question).toContain('Is this the right SSH server?')
      await words(question).toContain(sshd.hostKey.fingerprint)
      if (SHOT) await page.screenshot({ path: `${SHOT}-question.png` })
      await question.getByRole('button', { name: 'Trust and connect' }).click()
      await page.getByText('behind-the-bastion').first().waitFor()
      expect(readFileSync(join(dataDir, 'ssh-known-hosts.json'), 'utf8')).toContain(sshd.hostKey.fingerprint)

      const other = await makeSshKey()
      await sshd.restart({ hostKeys: [other] })
      await words(page.locator('body')).toContain('has another key than the one that was accepted')
      if (SHOT) await page.screenshot({ path: `${SHOT}-changed.png` })
    })
  })
})
