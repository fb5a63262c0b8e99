import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startSandboxHost, type SandboxHost } from '../helpers/sandbox-host'
import { notice, openApp, words, type App } from './app'
import { bury, copiesIn, DEAD, dialog, effect, ids, letters, open, ORIGIN, redriveButton, run } from './redrive-kit'

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

afterEach(() => host.redis.del(ORIGIN, DEAD))

test('it goes as slowly as asked for, and stops between two entries', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(host.redis, letters(60))
  await app.on(async (page) => {
    await open(page, DEAD)
    await redriveButton(page).click()
    const perSecond = dialog(page).getByRole('combobox', { name: 'Entries a second' })
    expect(await perSecond.locator('option:checked').innerText()).toBe('50 at most')
    await perSecond.selectOption('10 at most')
    await dialog(page).getByRole('button', { name: 'Redrive 60 entries' }).click()
    const running = notice(page, 'Redriving')
    await running.getByRole('button', { name: '≤ 10/s' }).waitFor()
    await expect.poll(() => copiesIn(host.redis, ORIGIN)).not.toEqual([])
    await running.getByRole('button', { name: 'Cancel' }).click()
    await words(notice(page, 'Cancelled')).toMatch(/Redrove \d+ of 60 entries/)
  })
  const [gone, left] = [await copiesIn(host.redis, ORIGIN), await ids(host.redis, DEAD)]
  expect(gone.length).toBeLessThan(60)
  expect([...gone.map(([id]) => id), ...left]).toEqual(letters(60).map((_, at) => `${at + 1}-0`))
})

test('a stream that was made anew since the look is not touched: the figures are made again, with the reason', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(host.redis, letters(3))
  await app.on(async (page) => {
    await open(page, DEAD)
    await redriveButton(page).click()
    await words(effect(page)).toContain('Moves 3 entries')
    await host.redis.del(DEAD)
    await bury(host.redis, letters(2))
    await run(page).click()
    await words(dialog(page).getByRole('alert')).toContain('Things changed since this was planned')
    await words(effect(page)).toContain('Moves 2 entries')
    expect(await copiesIn(host.redis, ORIGIN)).toEqual([])
    await run(page).click()
    await words(notice(page, 'Redrove')).toContain('Redrove 2 entries')
  })
  expect(await ids(host.redis, DEAD)).toEqual([])
})

test('a server that refuses half way is told in the job’s notice, with nothing lost', async () => {
  await host.redis.xadd(ORIGIN, '1-0', 'n', 'first')
  await bury(host.redis, letters(40))
  await app.on(async (page) => {
    await open(page, DEAD)
    await redriveButton(page).click()
    await dialog(page).getByRole('combobox', { name: 'Entries a second' }).selectOption('10 at most')
    await run(page).click()
    await expect.poll(() => copiesIn(host.redis, ORIGIN)).not.toEqual([])
    await host.redis.set(ORIGIN, 'no stream any more')
    await words(notice(page, 'Stopped')).toMatch(/Redrove \d+ of 40 entries/)
    await notice(page, 'Stopped')
      .getByText(/^1 entry/)
      .click()
    await words(notice(page, 'Stopped')).toContain('It can’t go to shop: WRONGTYPE')
    await host.redis.del(ORIGIN)
    await notice(page, 'Stopped').getByRole('button', { name: 'Retry failed only…' }).click()
    await dialog(page).getByRole('checkbox', { name: 'Create a stream that does not exist' }).check()
    await words(effect(page)).toContain('Moves 1 entry to the end of shop')
    await run(page).click()
    await expect.poll(() => host.redis.xlen(ORIGIN)).toBe(1)
  })
  const left = await ids(host.redis, DEAD)
  expect(left).toEqual(
    letters(40)
      .map((_, at) => `${at + 1}-0`)
      .slice(-left.length),
  )
  expect(left.length).toBeGreaterThan(0)
})
