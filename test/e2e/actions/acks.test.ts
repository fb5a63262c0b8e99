import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { notice, words } from '../app'
import { filterPending } from '../views'
import {
  changingNothing,
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

const KEYS = ['ack:filter', 'ack:moved', 'ack:gone', 'ack:string', 'delete:others', 'delete:prod', 'delete:old-server']
const work = useWorkplace(KEYS)

/** The ids of a stream's entries. */
const entries = async (key: string): Promise<readonly string[]> =>
  (await work.redis.xrange(key, '-', '+')).map(([id]) => id)

test('all that match a filter are acked, and are pending again with owner and count by Undo from the journal', async () => {
  await work.onGroup('ack:filter', async (page) => {
    await filterPending(page, { 'From id or time': '2-0' })
    await changingNothing(work.redis, 'ack:filter', async () => {
      await openRecover(page, 'Ack')
      await words(effect(page)).toContain('Acks 7 entries: they leave the pending list')
      await words(effect(page)).toContain('Can be undone')
      expect(await figures(page)).toEqual([
        ['ann', '6', '1'],
        ['bob', '2', '0'],
      ])
    })
    await page.getByRole('button', { name: 'Ack 7 entries' }).click()
    await words(notice(page, 'Acked')).toContain('Acked 7 entries')
    expect(await work.pending('ack:filter')).toEqual(SEEDED.slice(0, 1))
    const record = await recordOf(notice(page, 'Acked'))
    await words(record).toMatch(/Done ack .*Changed 7/)
    await undo(record, 'Gave back 7 entries')
  })
  expect(await work.pending('ack:filter')).toEqual(SEEDED)
  expect(await entries('ack:filter')).toHaveLength(12)
})

test('what another consumer takes over while one looks is not acked', async () => {
  await work.onGroup('ack:moved', async (page) => {
    await tick(page, 1, 2)
    await openRecover(page, 'Ack')
    await words(effect(page)).toContain('Acks 2 entries')
    await work.redis.call('XCLAIM', 'ack:moved', GROUP, 'cyd', 0, '2-0', 'JUSTID')
    await page.getByRole('button', { name: 'Ack 2 entries' }).click()
    await words(notice(page, 'Acked')).toMatch(/Acked 1 of 2 entries.*1 moved meanwhile and was left alone/)
    expect(await work.pending('ack:moved')).toEqual(seededBut({ '1-0': null, '2-0': { consumer: 'cyd' } }))
  })
})

test('entries gone from the stream are shown, cleaned up by an ack, and no undo is promised', async () => {
  await work.redis.xdel('ack:gone', '2-0', '8-0')
  await work.onGroup('ack:gone', async (page) => {
    await filterPending(page, { Entry: 'Gone from the stream' })
    const list = page.getByRole('grid', { name: /^Pending entries/ })
    await expect.poll(() => list.getByText('gone from stream').count()).toBe(2)
    await changingNothing(work.redis, 'ack:gone', async () => {
      await openRecover(page, 'Ack')
      await words(effect(page)).toContain('Acks 2 entries')
      await words(effect(page)).toContain('Redis makes nothing of that pending again')
    })
    await page.getByRole('button', { name: 'Ack 2 entries' }).click()
    await words(notice(page, 'Acked')).toContain('Acked 2 entries')
    expect(await work.pending('ack:gone')).toEqual(seededBut({ '2-0': null, '8-0': null }))

    await words(notice(page, 'Acked')).toContain('Redis makes nothing of that pending again')
    const offered = notice(page, 'Acked').getByRole('button', { name: /Undo|give back/ })
    expect(await offered.count()).toBe(0)
  })
})

test('an ack of a stream that became another type while one looked changes nothing, and says why', async () => {
  await work.onGroup('ack:string', async (page) => {
    await openRecover(page, 'Ack')
    await words(effect(page)).toContain('Acks 8 entries')
    await work.redis.set('ack:string', 'no stream')
    await page.getByRole('button', { name: 'Ack 8 entries' }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toContain('ack:string is not a stream any more')
  })
  expect(await work.redis.get('ack:string')).toBe('no stream')
})

test('ack and delete tells of the groups that need the entries, and keeps what goes in a file', async () => {
  await work.redis.xgroup('CREATE', 'delete:others', 'audit', '0')
  await work.redis.xreadgroup('GROUP', 'audit', 'eve', 'COUNT', 1, 'STREAMS', 'delete:others', '>')
  await work.onGroup('delete:others', async (page) => {
    await tick(page, 1, 2, 3)
    await changingNothing(work.redis, 'delete:others', async () => {
      await openRecover(page, 'Ack and delete')
      await words(effect(page)).toContain('Acks 3 entries and deletes them from the stream')
      await words(effect(page)).toContain('Other groups hold some of these too, or have not read them yet')
      await words(effect(page)).toContain('Can’t be undone')
      expect(await figures(page)).toEqual([
        ['ann', '6', '3'],
        ['audit', '1', '2'],
      ])
    })
    await page.getByRole('button', { name: 'Ack and delete 3 entries' }).click()
    const done = notice(page, 'Acked and deleted')
    await words(done).toContain('Acked and deleted 3 entries')
    expect(await work.pending('delete:others')).toEqual(seededBut({ '1-0': null, '2-0': null, '3-0': null }))
    expect(await entries('delete:others')).toEqual(['4-0', '5-0', '6-0', '7-0', '8-0', '9-0', '10-0', '11-0', '12-0'])
    expect(await done.getByRole('button', { name: 'Undo' }).count()).toBe(0)

    const record = await recordOf(done)
    expect(await record.getByRole('button', { name: 'Undo' }).count()).toBe(0)
    expect(await commandsOf(record)).toContain('delete:others')
    const file = (await record.locator('dt:text-is("Backup") + dd').innerText()).trim()
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    for (const id of ['1-0', '2-0', '3-0']) expect(lines.filter((line) => line.includes(`"${id}"`))).toHaveLength(1)
  })
})

test('on production nothing is deleted before the stream’s name is typed, to the letter', async () => {
  await work.onProduction('delete:prod', async (page) => {
    await tick(page, 8)
    const dialog = await openRecover(page, 'Ack and delete')
    await changingNothing(work.redis, 'delete:prod', async () => {
      const run = dialog.getByRole('button', { name: 'Ack and delete 1 entry' })
      await run.waitFor()
      const name = dialog.getByRole('textbox', { name: /type delete:prod to confirm/ })
      await name.fill('delete:pro')
      await name.press('Enter')
      await run.click({ force: true })
      expect(await run.getAttribute('aria-disabled')).toBe('true')
      await name.fill('delete:prod')
    })
    await dialog.getByRole('button', { name: 'Ack and delete 1 entry' }).click()
    await words(notice(page, 'Acked and deleted')).toContain('Acked and deleted 1 entry')
  })
  expect(await work.pending('delete:prod')).toEqual(seededBut({ '8-0': null }))
  expect(await entries('delete:prod')).not.toContain('8-0')
})

test('a way to delete that this server does not have is off beforehand, and the dialog says why', async () => {
  await work.onGroup('delete:old-server', async (page) => {
    await changingNothing(work.redis, 'delete:old-server', async () => {
      const dialog = await openRecover(page, 'Ack and delete')
      const ways = dialog.getByRole('combobox', { name: 'Other groups', exact: true })
      const off = ways.locator('option:disabled')
      expect(await off.allInnerTexts()).toEqual([
        'Delete, and take it off every group’s pending list',
        'Delete only what every group has acked',
      ])
      await words(dialog).toMatch(/off here.*XACKDEL/)
      await words(effect(page)).toContain('Acks 8 entries and deletes them')
    })
  })
})
