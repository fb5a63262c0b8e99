// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import EntryDrawer from '../../../../renderer/components/entry/EntryDrawer.vue'
import { displayBytes } from '../../../../shared/bytes'
import type { Entry, EntryFields, Field } from '../../../../shared/model/entry'
import type { Group } from '../../../../shared/model/group'
import { fakeApi, type Call } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

const target = { connectionId: 'c1', key: 'orders' }

function field(name: Field['name'], value: Field['value'], changes: Partial<Field> = {}): Field {
  return { name, value, size: 4, cut: false, ...changes }
}

function entryOf(fields: readonly Field[]): Entry {
  return { id: '1620973121009-0', fields: [...fields], moreFields: 0, size: 40 }
}

/** As the host gives them: 50 at once. */
function fieldsOf({ id, size, fields }: Entry, skip = 0, find = ''): EntryFields {
  const all = fields.map((each, at) => ({ at, ...each })).filter(({ name }) => displayBytes(name).includes(find))
  return { id, size, count: fields.length, matching: all.length, fields: all.slice(skip, skip + 50) }
}

function groupOf(name: string, lastDeliveredId: string): Group {
  return {
    name,
    consumers: 1,
    pending: 1,
    lastDeliveredId,
    beyondEnd: null,
    entriesRead: null,
    lag: { value: 0, kind: 'exact' },
    oldestPendingId: null,
  }
}

async function open(
  entry: Entry,
  groups: readonly Group[] = [],
  compare: () => unknown = () => null,
): Promise<readonly Call[]> {
  const held = (deliveries: number) => ({
    ...{ id: entry.id, consumer: 'w3', idleMs: 2_400_000 },
    ...{ deliveries, inStream: null, body: null },
  })
  const calls = fakeApi({
    entry: {
      fields: ({ skip, find }: { skip: number; find: string }) => fieldsOf(entry, skip, find),
      // Bytes that nothing is known of.
      decode: ({ value }: { value: Field['value'] }) => ({
        chain: [],
        root: null,
        last: value,
        size: 4,
        isCut: false,
        fault: null,
      }),
      text: ({ as }: { as: string }) => ({ text: `the entry as ${as}`, masked: 0 }),
    },
    group: { list: () => groups },
    pending: {
      compare,
      page: ({ group }: { group: string }) => ({
        entries: group === 'done' || group === 'behind' ? [] : [held(group === 'once' ? 1 : 7)],
        next: null,
      }),
    },
  })
  await mountOn(EntryDrawer, { target, id: entry.id, known: null })
  return calls
}

function texts(selector: string): string[] {
  return [...document.querySelectorAll(selector)].map((one) => one.textContent.trim())
}

afterEach(() => {
  document.body.innerHTML = ''
  vi.restoreAllMocks()
})
// Before the page is emptied: what is done last is undone first.
enableAutoUnmount(afterEach)

describe('the entry drawer', () => {
  it('shows fields in order, with those whose name repeats', async () => {
    await open(entryOf([field('b', 'one'), field('a', 'two'), field('b', 'three')]))
    expect(texts('.field-view h2')).toEqual(['b', 'a', 'b'])
    expect(texts('.text-view')).toEqual(['one', 'two', 'three'])
  })

  it('never takes what is stored for markup', async () => {
    const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    await open(entryOf([field(hostile, hostile)]))
    expect(document.querySelector('.field-view img, .field-view script')).toBeNull()
    expect(texts('.text-view')).toEqual([hostile])
  })

  it('makes control and direction-changing characters visible, and keeps line ends', async () => {
    await open(entryOf([field('x', 'a\u202egpj.exe\u0000\nnext\r')]))
    expect(document.querySelector('.text-view')?.textContent).toBe('a\\u{202e}gpj.exe\\u{0}\nnext\\r')
  })

  it('opens JSON as a tree with the digits that are stored', async () => {
    await open(entryOf([field('lbs-input', '{"DataStreamName":"s1","Info":{"big":18446744073709551615}}')]))
    const tree = document.querySelector('[role=tree]')
    expect(tree?.textContent).toContain('"DataStreamName": ')
    expect(tree?.textContent).toContain('18446744073709551615')
  })

  it('goes through a JSON tree by keyboard', async () => {
    await open(entryOf([field('j', '{"a":{"b":1},"c":2}')]))
    const tree = document.querySelector<HTMLElement>('[role=tree]')
    const press = async (key: string): Promise<void> => {
      tree?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      await flushPromises()
    }
    expect(texts('[role=treeitem]')).toHaveLength(4)
    await press('ArrowDown')
    await press('ArrowLeft')
    expect(texts('[role=treeitem]')).toHaveLength(3)
    expect(document.querySelector('[role=treeitem].active')?.getAttribute('aria-expanded')).toBe('false')
    await press('ArrowRight')
    await press('End')
    expect(document.querySelector('[role=treeitem].active')?.textContent).toContain('"c"')
  })

  it('shows bytes that are no text as a hex dump', async () => {
    await open(entryOf([field('raw', { base64: '//4AAQ==' })]))
    expect(document.querySelector('.hex-view')?.textContent).toContain('ff fe 00 01')
    expect(document.body.textContent).toContain('not UTF-8')
  })

  it('tells which groups hold it, and which have not got to it', async () => {
    await open(entryOf([field('a', 'b')]), [
      groupOf('holds', '1620973129999-0'),
      groupOf('behind', '1620973120000-0'),
      groupOf('done', '1620973129999-0'),
    ])
    expect(texts('.entry-standing li').map((text) => text.replace(/\s+/g, ' '))).toEqual([
      'holds pending with w3, idle 40 min, delivered 7×Why this one?',
      'behind not delivered yet',
      'done delivered, not pendingMake pending…',
    ])
  })

  it('says by what one that was delivered again differs, once somebody asks, and no other', async () => {
    const entry = entryOf([field('a', 'b')])
    const holds = [groupOf('holds', '1620973129999-0')]
    const compared = {
      ...{ id: entry.id, deliveries: 7, passed: 100, isTooFew: false, more: 2, isPartly: true },
      differences: [
        { kind: 'value', field: '<b>type</b>', path: ['x', '[]'], is: '{usual0}\u202e', usual: ['<i>'], of: 100 },
      ],
    }
    const calls = await open(entry, holds, () => compared)
    expect(calls.filter(({ name }) => name === 'pending.compare')).toEqual([])
    button('Why this one?').click()
    await flushPromises()
    const said = document.querySelector('[data-test=why-failing]')
    expect([...(said?.querySelectorAll('p, li') ?? [])].map(({ textContent }) => textContent)).toEqual([
      'Beside the 100 nearest entries that holds is done with:',
      '<b>type</b>.x[] is {usual0}\\u{202e}. None of 100 others has that; all have <i>.',
      '2 differences more that tell less.',
      'Some of it was too large to be looked into, and was compared by size alone.',
    ])
    expect(said?.querySelector('b, i')).toBeNull()
    expect(document.querySelector('.why')).toBeNull()
  })

  it('reads nothing for it of what was delivered once, and says what went wrong', async () => {
    const entry = entryOf([field('a', 'b')])
    await open(entry, [groupOf('once', '1620973129999-0'), groupOf('done', '1620973129999-0')])
    expect(document.querySelector('.why')).toBeNull()
    expect(document.querySelector('.entry-standing')?.textContent).not.toContain('could not be read')
    document.body.innerHTML = ''
    await open(entry, [groupOf('holds', '1620973129999-0')], () => {
      throw new ORPCError('NOT_FOUND', { defined: true, message: 'gone', data: { what: 'group', name: 'holds' } })
    })
    button('Why this one?').click()
    await flushPromises()
    expect(document.querySelector('[role=alert]')?.textContent).toContain('holds')
    expect(button('Why this one?')).not.toBeNull()
  })

  it('says when a value is not here whole', async () => {
    await open(entryOf([field('big', 'abcd', { size: 64 * 1024 * 1024, cut: true })]))
    expect(document.body.textContent).toContain('Only the first 4 B of 64 MiB')
  })

  it('copies no entry that is too large for a text, and says so', async () => {
    await open({ ...entryOf([field('big', 'abcd')]), size: 64 * 1024 * 1024 })
    expect(button('redis-cli').getAttribute('aria-disabled')).toBe('true')
    expect(button('redis-cli').getAttribute('aria-description')).toContain('too much for a text')
  })

  it('copies the entry as redis-cli takes it', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    await open(entryOf([field('a b', 'c')]))
    button('redis-cli').click()
    await flushPromises()
    expect(write).toHaveBeenCalledWith('the entry as redis-cli')
  })

  it('keeps what the list knew when the entry is gone, and says so', async () => {
    fakeApi({
      group: { list: () => [] },
      entry: {
        fields: () => {
          throw new ORPCError('NOT_FOUND', {
            defined: true,
            message: 'gone',
            data: { what: 'entry', name: '1620973121009-0' },
          })
        },
      },
    })
    const known = entryOf([field('a', 'still here')])
    await mountOn(EntryDrawer, { target, id: known.id, known })
    expect(document.querySelector('[role=alert]')?.textContent).toContain('doesn’t exist')
    expect(texts('.text-view')).toEqual(['still here'])
  })
})

describe('an entry of many fields', () => {
  const many = (count: number): Entry => entryOf(Array.from({ length: count }, (_, at) => field(`f${at}`, 'v')))
  const names = (): string[] => texts('.field-view h2')

  it('shows fifty at once, and gets to all of them', async () => {
    await open(many(10_000))
    await expect.poll(names).toHaveLength(50)
    expect(document.body.textContent).toContain('1 to 50 of 10 000')
    for (const [turn, first] of [
      ['Fields after these', 'f50'],
      ['Last fields', 'f9950'],
      ['Fields before these', 'f9900'],
      ['First fields', 'f0'],
    ] as const) {
      button(turn).click()
      await flushPromises()
      await expect.poll(names).toHaveLength(50)
      expect(names()[0]).toBe(first)
    }
  })

  it('turns no further than its ends', async () => {
    const calls = await open(many(51))
    button('Fields before these').click()
    button('Last fields').click()
    await flushPromises()
    expect(names()).toEqual(['f50'])
    button('Fields after these').click()
    await flushPromises()
    expect(calls.filter(({ name }) => name === 'entry.fields')).toHaveLength(2)
    expect(button('Last fields').getAttribute('aria-disabled')).toBe('true')
  })

  it('finds fields by name, from the first of them', async () => {
    await open(many(300))
    button('Fields after these').click()
    await flushPromises()
    const find = document.querySelector<HTMLInputElement>('.field-pager input')
    if (find) find.value = 'f29'
    find?.dispatchEvent(new Event('input'))
    await vi.waitFor(() => expect(names()[0]).toBe('f29'))
    expect(names()).toHaveLength(11)
    expect(document.querySelector('.field-pager [role=status]')?.textContent).toBe('1 to 11 of 11 found among 300')
  })

  it('has nothing to turn where all are shown', async () => {
    await open(many(50))
    expect(document.querySelector('.field-pager')).toBeNull()
  })

  it('shows what is masked for a minute by the clock, and not a moment more, whether or not it can be read again', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    try {
      const masked = { ...field('password', '•••'), masked: 'whole' as const }
      let isThere = true
      const calls = fakeApi({
        group: { list: () => [] },
        entry: {
          fields: ({ unmasked }: { unmasked?: boolean }) => {
            if (!isThere) throw new Error('gone')
            return fieldsOf(entryOf([unmasked === true ? field('password', 'hunter2') : masked]))
          },
        },
      })
      await mountOn(EntryDrawer, { target, id: entryOf([]).id, known: entryOf([masked]) })
      const text = () => document.body.textContent
      expect(text()).toContain('Some values are masked.')
      button('Show masked values').click()
      await flushPromises()
      expect(text()).toContain('hunter2')
      expect(calls.filter(({ input }) => (input as { unmasked?: boolean }).unmasked === true)).toHaveLength(1)
      vi.advanceTimersByTime(58_000)
      await flushPromises()
      expect(text()).toContain('hunter2')
      isThere = false
      // A page in the background is called late.
      vi.setSystemTime(Date.now() + 60_000)
      vi.advanceTimersByTime(1_000)
      await flushPromises()
      expect(text()).not.toContain('hunter2')
      expect(text()).toContain('•••')
    } finally {
      vi.useRealTimers()
    }
  })

  it('keeps what is shown when the entry is gone meanwhile, and says so', async () => {
    const entry = many(60)
    fakeApi({
      group: { list: () => [] },
      entry: {
        fields: ({ skip }: { skip: number }) => {
          if (skip === 0) return fieldsOf(entry)
          const data = { what: 'entry', name: entry.id }
          throw new ORPCError('NOT_FOUND', { defined: true, message: 'gone', data })
        },
      },
    })
    await mountOn(EntryDrawer, { target, id: entry.id, known: null })
    button('Fields after these').click()
    await flushPromises()
    expect(document.querySelector('[role=alert]')?.textContent).toContain('doesn’t exist')
    expect(names()[0]).toBe('f0')
  })

  it('reads one beyond 8 MiB only when asked to', async () => {
    const known = many(3)
    const calls = fakeApi({
      group: { list: () => [] },
      entry: {
        fields: ({ large }: { large: boolean }) => {
          if (large) return fieldsOf(known)
          const data = { what: 'entry', mostBytes: 8 * 1024 * 1024 }
          throw new ORPCError('TOO_LARGE', { defined: true, message: 'large', data })
        },
      },
    })
    await mountOn(EntryDrawer, { target, id: known.id, known: null })
    expect(document.querySelector('[role=alert]')?.textContent).toContain('The entry has more than 8.0 MiB')
    button('Read it all the same').click()
    await flushPromises()
    expect(names()).toEqual(['f0', 'f1', 'f2'])
    expect(document.querySelector('[role=alert]')).toBeNull()
    expect(calls.filter(({ name }) => name === 'entry.fields')).toHaveLength(2)
  })
})
