import { expect, test } from 'vitest'
import { heldBy } from '../../helpers/pel'
import { notice, words } from '../app'
import {
  changingNothing,
  choose,
  chooseConsumer,
  commandsOf,
  effect,
  figures,
  GROUP,
  openRecover,
  recordOf,
  SEEDED,
  seededBut,
  tick,
  undo,
  useWorkplace,
} from './action-kit'

const KEYS = [
  'claim:kept',
  'claim:one-more',
  'claim:moved',
  'spread:three',
  'spread:destroyed',
  'auto:gone',
  'auto:prod',
]
const work = useWorkplace(KEYS)

const clock = async (): Promise<number> => Number((await work.redis.time())[0]) * 1_000
/** When each pending entry was last delivered, ms since 1970, by the server. */
async function deliveredAt(key: string): Promise<ReadonlyMap<string, number>> {
  const now = await clock()
  const rows = (await work.redis.xpending(key, GROUP, '-', '+', 100)) as [string, string, number, number][]
  return new Map(rows.map(([id, , idleMs]) => [id, now - idleMs]))
}

test('a claim that keeps the idle time and sets the delivery count does both, and Undo gives back owner and count', async () => {
  await work.redis.call('XCLAIM', 'claim:kept', GROUP, 'ann', 0, '1-0', '2-0', 'IDLE', 3_600_000, 'JUSTID')
  const began = await clock()
  const before = await deliveredAt('claim:kept')
  await work.onGroup('claim:kept', async (page) => {
    await tick(page, 1, 2)
    await changingNothing(work.redis, 'claim:kept', async () => {
      const dialog = await openRecover(page, 'Claim to one consumer')
      await chooseConsumer(dialog, 'Claim to', 'bob')
      await choose(dialog, 'Idle time', 'Stays what it is')
      await choose(dialog, 'Delivery count', 'Set to…')
      await dialog.getByRole('textbox', { name: 'Deliveries' }).fill('9')
      await words(effect(page)).toContain('Gives 2 entries to bob')
      await words(dialog).toContain('RETRYCOUNT 9')
      expect(await figures(page)).toEqual([
        ['ann', '6', '4'],
        ['bob', '2', '4'],
      ])
    })
    await page.getByRole('button', { name: 'Claim 2 entries' }).click()
    await words(notice(page, 'Claimed')).toContain('Claimed 2 entries for bob')
    const claimed = { consumer: 'bob', deliveries: 9 }
    expect(await work.pending('claim:kept')).toEqual(seededBut({ '1-0': claimed, '2-0': claimed }))
    const after = await deliveredAt('claim:kept')
    // Both are read while time goes by, to a second; anew, it would be an hour later.
    const tookMs = (await clock()) - began + 1_000
    for (const id of ['1-0', '2-0']) {
      expect(Math.abs((after.get(id) ?? 0) - (before.get(id) ?? 0))).toBeLessThanOrEqual(tookMs)
    }

    const record = await recordOf(notice(page, 'Claimed'))
    await words(record).toMatch(/claim to bob.*Changed 2/)
    expect(await commandsOf(record)).toMatch(/XCLAIM claim:kept workers bob .*RETRYCOUNT 9/)
    await undo(record, 'Gave back 2 entries')
  })
  expect(await work.pending('claim:kept')).toEqual(SEEDED)
})

test('a claim that counts as one more delivery adds one to each, and Undo takes it off', async () => {
  await work.onGroup('claim:one-more', async (page) => {
    await tick(page, 2, 7)
    const dialog = await openRecover(page, 'Claim to one consumer')
    await choose(dialog, 'Claim to', 'A new consumer…')
    await dialog.getByRole('textbox', { name: 'Name of the new consumer' }).fill('dee')
    await choose(dialog, 'Delivery count', 'One more')
    await words(effect(page)).toContain('dee does not exist yet and will be created')
    await page.getByRole('button', { name: 'Claim 2 entries' }).click()
    await words(notice(page, 'Claimed')).toContain('Claimed 2 entries for dee')
    expect(await work.pending('claim:one-more')).toEqual(
      seededBut({ '2-0': { consumer: 'dee', deliveries: 5 }, '7-0': { consumer: 'dee', deliveries: 2 } }),
    )
    await undo(notice(page, 'Claimed'), 'Gave back 2 entries')
  })
  expect(await work.pending('claim:one-more')).toEqual(SEEDED)
})

test('what is claimed by another or acked while one looks is left alone, counted, and not undone; what its own consumer was given again is claimed', async () => {
  await work.onGroup('claim:moved', async (page) => {
    await tick(page, 1, 3, 4, 5)
    const dialog = await openRecover(page, 'Claim to one consumer')
    await chooseConsumer(dialog, 'Claim to', 'cyd')
    await words(effect(page)).toContain('Gives 4 entries to cyd')
    await work.redis.call('XCLAIM', 'claim:moved', GROUP, 'bob', 0, '1-0', 'JUSTID')
    await work.redis.call('XCLAIM', 'claim:moved', GROUP, 'ann', 0, '3-0')
    await work.redis.xack('claim:moved', GROUP, '4-0')
    await page.getByRole('button', { name: 'Claim 4 entries' }).click()
    await words(notice(page, 'Claimed')).toMatch(/Claimed 2 of 4 entries for cyd.*2 .*were left alone/)
    const moved = { '1-0': { consumer: 'bob' }, '3-0': { deliveries: 2 }, '4-0': null }
    const claimed = { '3-0': { consumer: 'cyd', deliveries: 2 }, '5-0': { consumer: 'cyd' } }
    expect(await work.pending('claim:moved')).toEqual(seededBut({ ...moved, ...claimed }))
    await undo(notice(page, 'Claimed'), 'Gave back 2 entries')
    expect(await work.pending('claim:moved')).toEqual(seededBut(moved))
  })
})

test('all that one consumer holds is spread over those that are ticked, and comes back to it', async () => {
  await work.onGroup('spread:three', async (page) => {
    await page.getByRole('combobox', { name: 'Held by' }).selectOption({ label: 'ann (6)' })
    await changingNothing(work.redis, 'spread:three', async () => {
      const dialog = await openRecover(page, 'Spread over consumers')
      await choose(dialog, 'Spread over', 'These…')
      const who = dialog.getByRole('group', { name: 'Spread over' })
      await who.getByRole('checkbox', { name: 'cyd' }).check()
      await who.getByRole('checkbox', { name: 'ann' }).uncheck()
      await words(effect(page)).toContain('Spreads 6 entries over 2 consumers')
      expect(await figures(page)).toEqual([
        ['ann', '6', '0'],
        ['bob', '2', '4'],
        ['cyd', '0', '4'],
      ])
    })
    await page.getByRole('button', { name: 'Spread 6 entries' }).click()
    await words(notice(page, 'Spread')).toContain('Spread 6 entries')
    expect(await heldBy(work.redis, 'spread:three', GROUP)).toEqual({ bob: 4, cyd: 4 })
    const record = await recordOf(notice(page, 'Spread'))
    await words(record).toMatch(/spread over bob, cyd.*Changed 6/)
    await undo(record, 'Gave back 6 entries')
  })
  expect(await work.pending('spread:three')).toEqual(SEEDED)
})

test('a group that is destroyed while its spread is looked at is told of, and not made again', async () => {
  await work.onGroup('spread:destroyed', async (page) => {
    const dialog = await openRecover(page, 'Spread over consumers')
    await choose(dialog, 'Spread over', 'These…')
    const who = dialog.getByRole('group', { name: 'Spread over' })
    await who.getByRole('checkbox', { name: 'cyd' }).check()
    for (const name of ['ann', 'bob']) await who.getByRole('checkbox', { name }).uncheck()
    await words(effect(page)).toContain('Spreads 8 entries over 1 consumer')
    await work.redis.xgroup('DESTROY', 'spread:destroyed', GROUP)
    await dialog.getByRole('button', { name: 'Spread 8 entries' }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toMatch(/doesn’t exist|gone/)
    expect(await work.redis.xinfo('GROUPS', 'spread:destroyed')).toEqual([])
  })
})

test('an auto-claim says what it drops, takes the rest, and Undo gives back all but what was dropped', async () => {
  await work.redis.xdel('auto:gone', '3-0', '7-0')
  await work.onGroup('auto:gone', async (page) => {
    await changingNothing(work.redis, 'auto:gone', async () => {
      const dialog = await openRecover(page, 'Auto-claim')
      await choose(dialog, 'Claim to', 'A new consumer…')
      await dialog.getByRole('textbox', { name: 'Name of the new consumer' }).fill('sweeper')
      await dialog.getByRole('textbox', { name: 'Idle for at least, in seconds' }).fill('1')
      await words(effect(page)).toContain(
        'Gives 6 entries to sweeper, and drops up to 2 entries from the pending list for good',
      )
      expect(await figures(page)).toEqual([
        ['ann', '6', '0'],
        ['bob', '2', '0'],
        ['sweeper', '0', '6'],
      ])
    })
    await page.getByRole('button', { name: 'Auto-claim 6 entries' }).click()
    const done = notice(page, 'sweeper')
    await words(done).toMatch(/Auto-claimed 6 .*2 were gone from the stream and dropped from the pending list/)
    expect(await heldBy(work.redis, 'auto:gone', GROUP)).toEqual({ sweeper: 6 })
    const record = await recordOf(done)
    expect(await commandsOf(record)).toMatch(/^XAUTOCLAIM auto:gone workers sweeper \d+ /m)
    await undo(record, 'Gave back 6 entries')
  })
  expect(await work.pending('auto:gone')).toEqual(seededBut({ '3-0': null, '7-0': null }))
})

test('on production an auto-claim that drops entries asks for the stream’s name, and nothing runs by another one', async () => {
  await work.redis.xdel('auto:prod', '1-0')
  await work.onProduction('auto:prod', async (page) => {
    await changingNothing(work.redis, 'auto:prod', async () => {
      const dialog = await openRecover(page, 'Auto-claim')
      await chooseConsumer(dialog, 'Claim to', 'cyd')
      await dialog.getByRole('textbox', { name: 'Idle for at least, in seconds' }).fill('1')
      const run = dialog.getByRole('button', { name: 'Auto-claim 7 entries' })
      await run.waitFor()
      const name = dialog.getByRole('textbox', { name: /^Production: type auto:prod to confirm/ })
      for (const wrong of ['', 'auto:Prod', 'auto:prod ', 'workers']) {
        await name.fill(wrong)
        expect(await run.getAttribute('aria-disabled')).toBe('true')
        await name.press('Enter')
      }
      await name.fill('auto:prod')
      await expect.poll(() => run.getAttribute('aria-disabled')).not.toBe('true')
    })
    await page.getByRole('button', { name: 'Auto-claim 7 entries' }).click()
    await words(notice(page, 'cyd')).toContain('Auto-claimed 7')
  })
  expect(await heldBy(work.redis, 'auto:prod', GROUP)).toEqual({ cyd: 7 })
})
