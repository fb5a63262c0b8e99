import { describe, expect, test } from 'vitest'
import { openAs } from '../recovery/limited-user'
import { GROUP, KEY, onEveryServer, type Sluice } from '../recovery/recovery-kit'

const FIELDS: [string, string][] = [
  ['name', 'value'],
  ['name', ''],
]
const flat = FIELDS.flat()
const UNKNOWN = { code: 'UNKNOWN_OUTCOME', data: { cause: 'lost' } }
const notCarriedOut = (what: string) => ({ code: 'NOT_CARRIED_OUT', data: { what } })

onEveryServer((world) => {
  const addEntry = ({ api, connectionId }: Sluice, id = '*', create = true) =>
    api.entry.add({ connectionId, key: KEY, id, fields: FIELDS, create })
  const addGroup = ({ api, connectionId }: Sluice, start = '1-0') =>
    api.group.create({ connectionId, key: KEY, group: GROUP, start, mkstream: true })
  const addConsumer = ({ api, connectionId }: Sluice) =>
    api.group.createConsumer({ connectionId, key: KEY, group: GROUP, consumer: 'dee' })

  /**
   * What a call comes to whose command loses its reply, and the connection with it; that comes back once the others have done
   * theirs. `never`: it did not reach the server; `later`: it does, once Sluice has given its answer.
   */
  const losing = async <T>(
    call: () => Promise<T>,
    arrives: 'yes' | 'never' | 'later' = 'yes',
    others: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<{ readonly told: T | null; readonly error: unknown }> => {
    const { proxy } = world
    const open = proxy.connections
    const kind = { yes: 'cut-before-reply', never: 'cut-before-forward', later: 'cut-and-keep' } as const
    let sent = 0
    const struck = new Promise<void>((resolve) => {
      const isIt = ([name = '', ...args]: readonly string[]): boolean => {
        // What a probe sends is for a key of its own.
        if (!/^(XADD|XGROUP)$/i.test(name) || !args.includes(KEY)) return false
        sent += 1
        if (sent > 1) return false
        proxy.refuse()
        resolve()
        return true
      }
      void proxy.fault(isIt, { kind: kind[arrives] }, Infinity)
    })
    const called = call().then(
      (told) => ({ told, error: null }),
      (error: unknown) => ({ told: null, error }),
    )
    await struck
    // Its reply has come to the proxy by then, where the server had it.
    if (arrives === 'yes') await expect.poll(() => proxy.connections, { timeout: 30_000 }).toBeLessThan(open)
    await others()
    proxy.accept()
    const result = await called
    expect(sent, 'how often it was sent').toBe(1)
    return result
  }
  const record = async ({ api }: Sluice) => (await api.journal.list({ count: 1 })).records[0]
  const ids = async (): Promise<readonly string[]> => (await world.direct.xrange(KEY, '-', '+')).map(([id]) => id)

  describe('an entry whose reply was lost', () => {
    test('is named where one has its fields, and not called ours: the same may be another’s', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '*', ...flat)
      const { error } = await losing(() => addEntry(sluice))
      expect(await direct.xlen(KEY)).toBe('2')
      expect(error).toMatchObject({ ...UNKNOWN, data: { alike: (await ids())[1] } })
      expect(await record(sluice)).toMatchObject({ state: 'interrupted', counts: { changed: 0, unknown: 1 } })
    })

    test('is not taken for another’s just like it, while its own never arrived', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '1-0', ...flat)
      const { error } = await losing(
        () => addEntry(sluice),
        'never',
        () => direct.xadd(KEY, '*', ...flat),
      )
      expect(error).toMatchObject({ ...UNKNOWN, data: { alike: (await ids())[1] } })
      expect(await record(sluice)).toMatchObject({ state: 'interrupted', counts: { changed: 0, unknown: 1 } })
    })

    test('is named in a stream that it made, and among what others added since', async () => {
      const { direct, sluice } = world
      const { error } = await losing(
        () => addEntry(sluice),
        'yes',
        async () => {
          await direct.xadd(KEY, '*', 'name', 'value')
          await direct.xadd(KEY, '*', ...flat, 'more', '')
        },
      )
      expect(error).toMatchObject({ ...UNKNOWN, data: { alike: (await ids())[0] } })
    })

    test.each(['never', 'later'] as const)(
      'was not added where the server had it %s, and will not be',
      async (when) => {
        const { direct, proxy, sluice } = world
        await direct.xadd(KEY, '1-0', ...flat)
        const others = () => direct.xadd(KEY, '*', 'of', 'another')
        const { error } = await losing(() => addEntry(sluice), when, others)
        expect(error).toMatchObject(notCarriedOut('entry'))
        await proxy.deliver()
        expect(await direct.xlen(KEY)).toBe('2')
        expect(await record(sluice)).toMatchObject({
          state: 'interrupted',
          counts: { changed: 0, unknown: 0 },
          error: notCarriedOut('entry'),
        })
      },
    )

    test('is unknown where it may come yet', async () => {
      const { direct, proxy } = world
      const sluice = await openAs(world, '-client|kill')
      const { error } = await losing(() => addEntry(sluice), 'later')
      expect(error).toMatchObject(UNKNOWN)
      expect(await record(sluice)).toMatchObject({ state: 'interrupted', counts: { unknown: 1 } })
      await proxy.deliver()
      expect(await direct.xlen(KEY)).toBe('1')
      await sluice.stop()
    })

    test('is unknown where another has the very same fields', async () => {
      const { direct, sluice } = world
      const { error } = await losing(
        () => addEntry(sluice),
        'yes',
        () => direct.xadd(KEY, '*', ...flat),
      )
      expect(error).toMatchObject(UNKNOWN)
      expect(await direct.xlen(KEY)).toBe('2')
    })

    test.each(['deleted', 'trimmed'])('is unknown where what was added since is %s already', async (how) => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '1-0', 'a', 'b')
      const others = async () => {
        if (how === 'trimmed') return direct.xtrim(KEY, 'MAXLEN', 0)
        return direct.xdel(KEY, (await ids())[1] ?? '')
      }
      const { error } = await losing(() => addEntry(sluice), 'yes', others)
      expect(error).toMatchObject(UNKNOWN)
    })

    test('is unknown where the stream was made anew', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, `${Date.now() + 3_600_000}-0`, 'a', 'b')
      const others = async () => {
        await direct.del(KEY)
        await direct.xadd(KEY, '1-0', 'of', 'another')
      }
      const { error } = await losing(() => addEntry(sluice), 'yes', others)
      expect(error).toMatchObject(UNKNOWN)
    })

    test('is unknown where the ACL has no XINFO', async () => {
      const { direct } = world
      const sluice = await openAs(world, '-xinfo')
      const { error } = await losing(() => addEntry(sluice))
      expect(error).toMatchObject(UNKNOWN)
      expect(await direct.xlen(KEY)).toBe('1')
      await sluice.stop()
    })

    test('is found under the id that it was given', async () => {
      const { told } = await losing(() => addEntry(world.sluice, '5-0'))
      expect(told).toEqual({ id: '5-0', replyLost: true })
      expect(await ids()).toEqual(['5-0'])
    })

    test('was refused where another has its id', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '5-0', 'of', 'another')
      const { error } = await losing(() => addEntry(sluice, '5-0'))
      expect(error).toMatchObject(notCarriedOut('entry'))
    })

    test('was not added under an id that the stream has not come to', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '4-0', 'of', 'another')
      const { error } = await losing(() => addEntry(sluice, '5-0'), 'never')
      expect(error).toMatchObject(notCarriedOut('entry'))
    })

    test('is unknown under an id that the stream is beyond', async () => {
      const { direct, sluice } = world
      const others = async () => {
        await direct.xadd(KEY, '6-0', 'of', 'another')
        await direct.xdel(KEY, '5-0')
      }
      const { error } = await losing(() => addEntry(sluice, '5-0'), 'yes', others)
      expect(error).toMatchObject(UNKNOWN)
    })
  })

  describe('a group whose reply was lost', () => {
    const standing = async () => {
      const groups = await world.sluice.api.group.list({ ...world.sluice, key: KEY, countLag: false })
      return groups.map(({ name, lastDeliveredId }) => [name, lastDeliveredId])
    }

    test.each([true, false])('is found (in a stream that was there: %s)', async (wasThere) => {
      const { direct, sluice } = world
      if (wasThere) await direct.xadd(KEY, '1-0', 'a', 'b')
      const { told } = await losing(() => addGroup(sluice))
      expect(told).toEqual({ replyLost: true })
      expect(await standing()).toEqual([[GROUP, '1-0']])
      expect(await record(sluice)).toMatchObject({ state: 'done', counts: { changed: 1 } })
    })

    test.each(['never', 'later'] as const)('was not made where the server had it %s', async (when) => {
      const { direct, proxy, sluice } = world
      const { error } = await losing(() => addGroup(sluice), when)
      expect(error).toMatchObject(notCarriedOut('group'))
      await proxy.deliver()
      expect(await direct.exists(KEY)).toBe('0')
    })

    test('is not taken for another’s of its name that stands elsewhere', async () => {
      const { direct, sluice } = world
      await direct.xadd(KEY, '1-0', 'a', 'b')
      const { error } = await losing(
        () => addGroup(sluice),
        'never',
        () => direct.xgroup('CREATE', KEY, GROUP, '0'),
      )
      expect(error).toMatchObject(UNKNOWN)
      expect(await standing()).toEqual([[GROUP, '0-0']])
      expect(await record(sluice)).toMatchObject({ state: 'interrupted', counts: { changed: 0, unknown: 1 } })
    })

    test('was refused where there was one of its name', async () => {
      const { direct, sluice } = world
      await direct.xgroup('CREATE', KEY, GROUP, '3-0', 'MKSTREAM')
      const { error } = await losing(() => addGroup(sluice))
      expect(error).toMatchObject(notCarriedOut('group'))
      expect(await standing()).toEqual([[GROUP, '3-0']])
    })

    test('is unknown where the ACL has no XINFO', async () => {
      const sluice = await openAs(world, '-xinfo')
      const { error } = await losing(() => addGroup(sluice))
      expect(error).toMatchObject(UNKNOWN)
      await sluice.stop()
    })
  })

  describe('a consumer whose reply was lost', () => {
    const consumers = async () => {
      const list = await world.sluice.api.group.consumers({ ...world.sluice, key: KEY, group: GROUP })
      return list.map(({ name }) => name)
    }

    test.each([
      ['is found', [], true],
      ['was there already', ['dee'], false],
    ])('%s', async (_what, before, isNew) => {
      const { direct, sluice } = world
      await direct.xgroup('CREATE', KEY, GROUP, '0', 'MKSTREAM')
      for (const name of before) await direct.xgroup('CREATECONSUMER', KEY, GROUP, name)
      const { told } = await losing(() => addConsumer(sluice))
      expect(told).toEqual({ isNew, replyLost: true })
      expect(await consumers()).toEqual(['dee'])
    })

    test.each(['never', 'later'] as const)('was not made where the server had it %s', async (when) => {
      const { direct, proxy, sluice } = world
      await direct.xgroup('CREATE', KEY, GROUP, '0', 'MKSTREAM')
      const { error } = await losing(() => addConsumer(sluice), when)
      expect(error).toMatchObject(notCarriedOut('consumer'))
      await proxy.deliver()
      expect(await consumers()).toEqual([])
    })

    test('was not made where its group is gone', async () => {
      const { direct, sluice } = world
      await direct.xgroup('CREATE', KEY, GROUP, '0', 'MKSTREAM')
      const { error } = await losing(
        () => addConsumer(sluice),
        'never',
        () => direct.xgroup('DESTROY', KEY, GROUP),
      )
      expect(error).toMatchObject(notCarriedOut('consumer'))
    })
  })
})
