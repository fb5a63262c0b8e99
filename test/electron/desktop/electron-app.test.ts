import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findElectron } from '../../../build/electron-binary.mjs'

const ROOT = resolve(import.meta.dirname, '../../..')

/** Why the real Electron can't be driven here; null when it can. */
function whyNot(): string | null {
  if (findElectron() === null) return 'Electron’s binary is not here: npx install-electron fetches it'
  if (process.platform !== 'linux') return null
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display: run it under xvfb-run'
  return process.getuid?.() === 0 ? 'Electron’s sandbox does not run as root' : null
}

// What only the real thing can show: its sandbox, its isolation of worlds, its scheme, its window.
describe('in the real Electron', () => {
  const reason = whyNot()
  let dir: string
  let app: ElectronApplication
  let page: Page
  beforeAll(async () => {
    if (reason !== null) return
    dir = mkdtempSync(join(tmpdir(), 'sluice-electron-'))
    app = await _electron.launch({
      executablePath: findElectron() ?? '',
      args: [ROOT, `--user-data-dir=${join(dir, 'profile')}`],
      env: { ...process.env, SLUICE_DATA_DIR: join(dir, 'data') },
    })
    page = await app.firstWindow()
    await page.waitForLoadState('domcontentloaded')
  }, 60_000)
  afterAll(async () => {
    if (reason !== null) return
    await app.close()
    rmSync(dir, { recursive: true, force: true })
  })
  beforeEach(({ skip }) => {
    // Where the real Electron is what is to be shown, a run without it shows nothing.
    if (reason !== null && process.env['SLUICE_NEEDS_ELECTRON']) throw new Error(reason)
    if (reason !== null) skip(reason)
  })

  test('one window shows our page, and it has drawn something', async () => {
    expect(page.url()).toBe('app://sluice/')
    expect(app.windows()).toHaveLength(1)
    await expect.poll(() => page.locator('#app').innerText()).not.toBe('')
  })

  test('its renderer is sandboxed, isolated, and has nothing of Node', async () => {
    // Told on Windows and macOS only.
    const sandboxed = await app.evaluate(({ app: electron }) =>
      electron.getAppMetrics().flatMap(({ type, sandboxed: inside }) => (type === 'Tab' ? [inside ?? true] : [])),
    )
    expect(sandboxed).toEqual([true])
    expect(await page.evaluate('[typeof require, typeof process, typeof module, typeof Buffer]')).toEqual(
      Array.from({ length: 4 }, () => 'undefined'),
    )
  })

  test('nothing outside it can be reached', async () => {
    expect(await page.evaluate(`fetch('https://example.com/').then(() => 'reached', () => 'refused')`)).toBe('refused')
    expect(await page.evaluate(`window.open('https://127.0.0.1/') === null`)).toBe(true)
    await page.evaluate(`location.href = 'file:///etc/passwd'`)
    expect(page.url()).toBe('app://sluice/')
    expect(app.windows()).toHaveLength(1)
  })

  test('no permission is had', async () => {
    for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read']) {
      const state = `navigator.permissions.query({ name: '${name}' }).then((p) => p.state, () => 'denied')`
      expect([name, await page.evaluate(state)]).toEqual([name, 'denied'])
    }
  })

  test('a reload brings the page back, connected', async () => {
    await page.reload()
    await expect.poll(() => page.locator('#app').innerText()).not.toBe('')
  })

  test('the menu has the page’s shortcuts', async () => {
    const labels = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items.map(({ label }) => label) ?? []),
    )
    expect(labels).toEqual(expect.arrayContaining(['Command Palette…', 'Refresh', 'Keyboard Shortcuts']))
  })

  test('a second instance ends at once and leaves the first alone', async () => {
    const second = _electron.launch({
      executablePath: findElectron() ?? '',
      args: [ROOT, `--user-data-dir=${join(dir, 'profile')}`],
      env: { ...process.env, SLUICE_DATA_DIR: join(dir, 'data') },
      timeout: 15_000,
    })
    await expect(second.then((launched) => launched.firstWindow({ timeout: 5_000 }))).rejects.toThrow()
    expect(app.windows()).toHaveLength(1)
  })
})
