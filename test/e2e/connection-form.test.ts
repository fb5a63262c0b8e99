import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { freePort } from '../helpers/server-process'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { openApp, words, type App } from './app'

let host: WebHost
let app: App
let redis: TestRedis
let notRedis: Server
beforeAll(async () => {
  host = await startWebHost()
  app = await openApp(host)
  redis = await startRedis({ password: 'right horse' })
  notRedis = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
})
afterAll(async () => {
  await app.close()
  await host.stop()
  await redis.stop()
  notRedis.close()
})

const form = (page: Page): Locator => page.getByRole('dialog')
const field = (page: Page, name: string): Locator => form(page).getByRole('textbox', { name, exact: true })

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole('button', { name: 'Add a connection' }).click()
  for (const [name, value] of Object.entries({ Name: 'Tried', ...values })) {
    await field(page, name).fill(value)
  }
}

/** Tries to open what is typed: it stays in the form, with this field named, in focus, and nothing is saved. */
async function expectRefused(page: Page, name: string, why: string, next: RegExp): Promise<void> {
  await form(page).getByRole('button', { name: 'Save and open' }).click()
  await words(form(page).getByRole('alert').last()).toMatch(next)
  const control = field(page, name)
  expect(await control.getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => control.evaluate((element) => element === document.activeElement)).toBe(true)
  const described = await control.getAttribute('aria-describedby')
  expect(await page.locator(`[id="${described ?? ''}"]`).innerText()).toContain(why)
  await words(form(page)).toContain('Nothing was saved')
  await page.reload()
  await page.getByText('Connect to a Redis').waitFor()
}

test('a port that nobody listens on is named, and nothing is saved', () =>
  app.on(async (page) => {
    await fill(page, { Port: String(await freePort()) })
    await expectRefused(page, 'Port', 'Nothing listens on this port', /Nothing listens at 127\.0\.0\.1:\d+/)
  }))

test('a server that is no Redis is named by its port, and nothing is saved', () =>
  app.on(async (page) => {
    await fill(page, { Port: String((notRedis.address() as AddressInfo).port) })
    await expectRefused(page, 'Port', 'not Redis', /is not Redis/)
  }))

test('a host name that doesn’t exist is named, and nothing is saved', () =>
  app.on(async (page) => {
    await fill(page, { Host: 'no-such-host.invalid' })
    await expectRefused(page, 'Host', 'No host of this name', /No host of that name/)
  }))

test('a missing password is named, and nothing is saved', () =>
  app.on(async (page) => {
    await fill(page, { Port: String(redis.port) })
    await expectRefused(page, 'Password', 'wants a password', /wants a password/)
  }))

test('a wrong password is named, and nothing is saved', () =>
  app.on(async (page) => {
    await fill(page, { Port: String(redis.port), Password: 'wrong horse' })
    await expectRefused(page, 'Password', 'Refused', /refused this user name and password/)
  }))

test('a database number that the server doesn’t have is named, and nothing is saved', () =>
  app.on(async (page) => {
    await fill(page, { Port: String(redis.port), Password: 'right horse', Database: '99' })
    await expectRefused(page, 'Database', 'no database of this number', /./)
  }))

test('a test says what is wrong as well, and a correction takes the blame away', () =>
  app.on(async (page) => {
    await fill(page, { Port: String(redis.port), Password: 'wrong horse' })
    await form(page).getByRole('button', { name: 'Test' }).click()
    await expect.poll(() => field(page, 'Password').getAttribute('aria-invalid')).toBe('true')
    await field(page, 'Password').fill('right horse')
    expect(await field(page, 'Password').getAttribute('aria-invalid')).toBe(null)
    await form(page).getByRole('button', { name: 'Test' }).click()
    await words(form(page).getByRole('status').last()).toContain('It works')
    await page.keyboard.press('Escape')
    await page.getByText('Connect to a Redis').waitFor()
  }))

test('what is right is saved and opened, also after a reload, and the browser keeps no password', () =>
  app.on(async (page) => {
    await fill(page, { Name: 'Right', Port: String(redis.port), Password: 'right horse' })
    await form(page).getByRole('button', { name: 'Save and open' }).click()
    await page.getByRole('button', { name: 'Connection: Right' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Connection: Right' }).waitFor()
    expect(await page.evaluate(() => JSON.stringify([sessionStorage, localStorage, location.href]))).not.toContain(
      'horse',
    )
  }))
