import { expect, test } from 'vitest'
import { wholeStream } from '../../helpers/pel'
import { notice, words } from '../app'
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

const KEYS = [
  'dead:all',
  'dead:string',
  'dead:late',
  'dead:gone',
  'requeue:same',
  'requeue:read',
  'requeue:other',
  'requeue:edited',
]
const work = useWorkplace(KEYS)

/** The entries of a stream: id, and its fields as an object. None has a field twice here. */
async function copies(key: string): Promise<readonly (readonly [string, Readonly<Record<string, string>>])[]> {
  return (await work.redis.xrange(key, '-', '+')).map(([id, flat]) => [
    id,
    Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []))),
  ])
}

test('all that is pending is dead-lettered with where it came from, and Undo from the journal takes the copies away', async () => {
  await work.onGroup('dead:all', async (page) => {
    await changingNothing(work.redis, 'dead:all', async () => {
      const dialog = await openRecover(page, 'Dead-letter')
      await dialog.getByRole('textbox', { name: 'Why' }).fill('no such customer')
      await words(effect(page)).toContain('Copies 8 entries to dead:all:dead, and acks them once the copy is there')
      await words(effect(page)).toContain('dead:all:dead does not exist yet and will be created')
      expect(await figures(page)).toEqual([
        ['ann', '6', '0'],
        ['bob', '2', '0'],
      ])
    })
    expect(await work.redis.exists('dead:all:dead')).toBe(0)
    await page.getByRole('button', { name: 'Dead-letter 8 entries' }).click()
    await words(notice(page, 'Dead-lettered')).toContain('Dead-lettered 8 entries')
    expect(await work.pending('dead:all')).toEqual([])
    const made = await copies('dead:all:dead')
    expect(made).toHaveLength(8)
    // A stream that Sluice made is in the list, without another scan.
    const filter = page.getByRole('searchbox', { name: 'Filter streams' })
    await filter.fill('dead:all:dead')
    await page
      .getByRole('tree', { name: 'Streams' })
      .getByRole('treeitem', { name: /dead:all:dead/ })
      .waitFor()
    await filter.fill('')
    expect(made[1]?.[1]).toMatchObject({
      order: '2',
      'sluice:stream': 'dead:all',
      'sluice:group': GROUP,
      'sluice:id': '2-0',
      'sluice:consumer': 'ann',
      'sluice:deliveries': '4',
      'sluice:reason': 'no such customer',
    })
    const record = await recordOf(notice(page, 'Dead-lettered'))
    await words(record).toMatch(/dead-letter to dead:all:dead.*Changed 8/)
    expect(await commandsOf(record)).toContain('dead:all:dead')
    await undo(record, 'Gave back 8 entries')
  })
  expect(await work.pending('dead:all')).toEqual(SEEDED)
  expect(await copies('dead:all:dead')).toEqual([])
})

test('a target of another type, or the stream itself, is refused in the preview', async () => {
  await work.redis.set('dead:text', 'no stream')
  await work.onGroup('dead:string', async (page) => {
    await changingNothing(work.redis, 'dead:string', async () => {
      const dialog = await openRecover(page, 'Dead-letter')
      const to = dialog.getByRole('textbox', { name: 'To the stream' })
      const run = dialog.getByRole('button', { name: 'Dead-letter', exact: true })
      for (const [name, said] of [
        ['dead:text', /not a stream|another type/],
        ['dead:string', /can’t be its own dead-letter stream/],
      ] as const) {
        await to.fill(name)
        await words(dialog.getByRole('alert')).toMatch(said)
        expect(await run.getAttribute('aria-disabled')).toBe('true')
        await run.click({ force: true })
      }
    })
  })
  expect(await work.redis.get('dead:text')).toBe('no stream')
})

test('a target that becomes another type after the preview stops the job with nothing acked', async () => {
  await work.onGroup('dead:late', async (page) => {
    await tick(page, 1, 2)
    await openRecover(page, 'Dead-letter')
    await words(effect(page)).toContain('Copies 2 entries to dead:late:dead')
    await work.redis.set('dead:late:dead', 'taken')
    await page.getByRole('button', { name: 'Dead-letter 2 entries' }).click()
    await words(page.getByRole('region', { name: 'Notices' })).toMatch(/not a stream|WRONGTYPE|another type/)
  })
  expect(await work.pending('dead:late')).toEqual(SEEDED)
  expect(await work.redis.get('dead:late:dead')).toBe('taken')
})

test('what was taken out of the dead-letter stream meanwhile is not given back, and what is gone has no copy', async () => {
  await work.redis.xdel('dead:gone', '6-0')
  await work.onGroup('dead:gone', async (page) => {
    await tick(page, 4, 5, 6)
    await openRecover(page, 'Dead-letter')
    await words(effect(page)).toContain('1 entry no longer in the stream: left out, since there is nothing to copy')
    await page.getByRole('button', { name: 'Dead-letter 2 entries' }).click()
    const done = notice(page, 'Dead-lettered')
    await words(done).toMatch(/Dead-lettered 2 of 3 entries.*1 no longer exists in the stream and was left out/)
    const [copy] = await copies('dead:gone:dead')
    await work.redis.xdel('dead:gone:dead', copy?.[0] ?? '')

    await done.getByRole('button', { name: 'See what it would give back' }).click()
    const preview = page.getByRole('dialog', { name: 'Undo' })
    await words(preview).toMatch(/Would give back 1 entry; 1/)
    await preview.getByRole('button', { name: 'Give back 1 entry' }).click()
    await words(notice(page, 'Gave back')).toContain('Gave back 1')
  })
  expect(await work.pending('dead:gone')).toEqual(seededBut({ '4-0': null }))
  expect(await copies('dead:gone:dead')).toEqual([])
})

test('a requeued entry stands at the end of its stream, is acked, and Undo takes the copy away again', async () => {
  await work.onGroup('requeue:same', async (page) => {
    await tick(page, 2, 7)
    await changingNothing(work.redis, 'requeue:same', async () => {
      await openRecover(page, 'Requeue')
      await words(effect(page)).toContain('Copies 2 entries to the end of requeue:same, and acks the old ones')
      expect(await figures(page)).toEqual([
        ['ann', '6', '5'],
        ['bob', '2', '1'],
      ])
    })
    await page.getByRole('button', { name: 'Requeue 2 entries' }).click()
    await words(notice(page, 'Requeued')).toContain('Requeued 2 entries')
    expect(await work.pending('requeue:same')).toEqual(seededBut({ '2-0': null, '7-0': null }))
    const made = (await copies('requeue:same')).slice(12)
    expect(made.map(([, { order, 'sluice:id': from }]) => [order, from])).toEqual([
      ['2', '2-0'],
      ['7', '7-0'],
    ])
    await undo(await recordOf(notice(page, 'Requeued')), 'Gave back 2 entries')
  })
  expect(await work.pending('requeue:same')).toEqual(SEEDED)
  expect(await copies('requeue:same')).toHaveLength(12)
})

test('a copy that a consumer was given meanwhile stays its own: Undo leaves it alone, and says so beforehand', async () => {
  await work.onGroup('requeue:read', async (page) => {
    await tick(page, 1)
    await openRecover(page, 'Requeue')
    await page.getByRole('button', { name: 'Requeue 1 entry' }).click()
    const done = notice(page, 'Requeued')
    await words(done).toContain('Requeued 1 entry')
    await work.redis.xreadgroup('GROUP', GROUP, 'bob', 'COUNT', 5, 'STREAMS', 'requeue:read', '>')
    const after = await wholeStream(work.redis, 'requeue:read')
    await done.getByRole('button', { name: 'See what it would give back' }).click()
    const preview = page.getByRole('dialog', { name: 'Undo' })
    await words(preview).toContain('Would give back 0 entries; 1 moved since and stays')
    await page.keyboard.press('Escape')
    expect(await wholeStream(work.redis, 'requeue:read')).toEqual(after)
    await undo(done, 'Gave back 0 of 1 entry')
    expect(await wholeStream(work.redis, 'requeue:read')).toEqual(after)
  })
})

test('a requeue to another stream without provenance copies the fields alone', async () => {
  await work.onGroup('requeue:other', async (page) => {
    await tick(page, 8)
    const dialog = await openRecover(page, 'Requeue')
    await dialog.getByRole('textbox', { name: 'To the stream' }).fill('requeue:elsewhere')
    await dialog.getByRole('checkbox', { name: 'Say where each copy comes from' }).uncheck()
    await words(effect(page)).toContain('Copies 1 entry to the end of requeue:elsewhere')
    await page.getByRole('button', { name: 'Requeue 1 entry' }).click()
    await words(notice(page, 'Requeued')).toContain('Requeued 1 entry')
    expect((await copies('requeue:elsewhere')).map(([, fields]) => fields)).toEqual([{ order: '8' }])
    expect(await work.pending('requeue:other')).toEqual(seededBut({ '8-0': null }))
    await undo(notice(page, 'Requeued'), 'Gave back 1 entry')
  })
  expect(await work.pending('requeue:other')).toEqual(SEEDED)
  expect(await copies('requeue:elsewhere')).toEqual([])
})

test('the fields of one entry are edited before it is requeued; of several they can’t be', async () => {
  await work.onGroup('requeue:edited', async (page) => {
    await tick(page, 3)
    const dialog = await openRecover(page, 'Requeue')
    await dialog.getByRole('checkbox', { name: 'Edit its fields first' }).check()
    const value = dialog.getByRole('textbox', { name: 'Value 1' })
    await expect.poll(() => value.inputValue()).toBe('3')
    await value.fill('mended')
    await dialog.getByRole('button', { name: 'Another field' }).click()
    await page.keyboard.type('note')
    await dialog.getByRole('textbox', { name: 'Value 2' }).fill('by hand')
    await page.getByRole('button', { name: 'Requeue 1 entry' }).click()
    await words(notice(page, 'Requeued')).toContain('Requeued 1 entry')
    expect((await copies('requeue:edited')).at(-1)?.[1]).toMatchObject({ order: 'mended', note: 'by hand' })
    const record = await recordOf(notice(page, 'Requeued'))
    await words(record).toContain('edited')
    expect(await record.innerText()).not.toContain('by hand')
    await undo(record, 'Gave back 1 entry')
    expect(await work.pending('requeue:edited')).toEqual(SEEDED)
  })
  await work.onGroup('requeue:edited', async (page) => {
    // What was given back is in the list again: until then other entries are in these rows.
    await page.getByRole('checkbox', { name: 'Select row 8', exact: true }).waitFor()
    await tick(page, 3, 4)
    const dialog = await openRecover(page, 'Requeue')
    await words(effect(page)).toContain('Copies 2 entries')
    expect(await dialog.getByRole('checkbox', { name: 'Edit its fields first' }).count()).toBe(0)
  })
})
