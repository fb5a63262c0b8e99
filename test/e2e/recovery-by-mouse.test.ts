import { afterAll, beforeAll, expect, test } from 'vitest'
import { heldBy, pendingList } from '../helpers/pel'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, words, type App } from './app'

let host: SandboxHost
let app: App
beforeAll(async () => {
  host = await startSandboxHost()
  app = await openApp(host.web)
})
afterAll(async () => {
  await app.close()
  await host.stop()
})

test('the stalled consumer of the first screen gives up all it holds in one click, and has it back by Undo', async () => {
  const before = await pendingList(host.redis, 'orders', 'billing')
  await app.on(async (page) => {
    const finding = page.getByRole('list', { name: 'Findings' }).getByRole('listitem').filter({ hasText: 'worker-3' })
    await words(finding).toContain('worker-3 holds 1 204 entries of orders / billing')
    await finding.getByRole('button', { name: 'Reassign', exact: true }).click()

    const done = notice(page, 'Claimed')
    await words(done).toMatch(/Claimed 1 204 entries for worker-[12]/)
    const { 'worker-3': left, ...others } = await heldBy(host.redis, 'orders', 'billing')
    expect(left).toBeUndefined()
    expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(before.length)

    await done.getByRole('button', { name: 'Undo' }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 1 204 entries')
  })
  expect(await pendingList(host.redis, 'orders', 'billing')).toEqual(before)
})
