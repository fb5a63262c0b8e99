import { expect, test } from 'vitest'
import { notice, words } from './app'
import { useOwnServer } from './own-server'
import { bury, copiesIn, effect, goTo, ids, letters, redriveButton, run } from './redrive-kit'

// What it confirmed is on its disk when it is killed.
const work = useOwnServer({ config: ['appendonly yes', 'appendfsync always'] })
const DEAD = 'jobs:dead'
const ALL = letters(150).map((_, at) => `${at + 1}-0`)

test('a server that dies half way: what was in flight is read back, nothing is lost or there twice, and the rest follows', async () => {
  await work.on(async (page) => {
    await bury(
      work.client,
      letters(150).map(() => ({ from: 'jobs' })),
      DEAD,
    )
    await page.getByRole('button', { name: 'Scan for streams again' }).click()
    await goTo(page, DEAD)
    await redriveButton(page).click()
    await words(effect(page)).toContain('Moves 150 entries')
    await run(page).click()
    await expect.poll(async () => (await copiesIn(work.client, 'jobs')).length).toBeGreaterThan(10)
    await work.redis.restart({ keepData: true })
    const told = notice(page, 'Interrupted')
    await words(told).toMatch(/Redrove \d+ of 150 entries/)
    expect((await told.innerText()).toLowerCase()).not.toContain('unknown')

    const [moved, left] = [await copiesIn(work.client, 'jobs'), await ids(work.client, DEAD)]
    expect([...moved.map(([id]) => id), ...left]).toEqual(ALL)
    const count = /Redrove (\d+)/.exec(await told.innerText())?.[1]
    expect(Number(count)).toBe(moved.length)

    await redriveButton(page).click()
    await words(effect(page)).toContain(`Moves ${left.length} entries`)
    await run(page).click()
    await notice(page, `Redrove ${left.length} entries`).waitFor()
  })
  expect((await copiesIn(work.client, 'jobs')).map(([id]) => id)).toEqual(ALL)
  expect(await ids(work.client, DEAD)).toEqual([])
})
