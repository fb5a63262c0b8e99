import { expect, test } from 'vitest'
import { onEachServer } from '../../../helpers/on-each-server'
import { useMonitoring, type Page } from './watch-kit'

const DAY = 86_400_000

// Each condition made by real commands: its finding comes, with right figures, and goes with what cures it.
onEachServer('on %s', (version) => {
  const kit = useMonitoring({ version, users: ['plain on >pw ~* +@all -@scripting'] })
  const USERS = [
    ['a user with scripts', {}, undefined],
    ['one without', { username: 'plain' }, 'pw'],
  ] as const
  const send = (...args: readonly (string | number)[]) => kit.feed.call(String(args[0]), args.slice(1).map(String))
  const add = async (key: string, count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await send('XADD', key, '*', 'n', n)
  }
  const read = (key: string, consumer: string, count: number) =>
    send('XREADGROUP', 'GROUP', 'g', consumer, 'COUNT', count, 'STREAMS', key, '>')

  const told = (page: Page, kind: string) => page.findings?.list.filter((one) => one.kind === kind)
  async function comes(page: Page, kind: string, like: object): Promise<void> {
    await expect.poll(() => told(page, kind), { timeout: 60_000 }).toMatchObject([like])
  }
  async function goes(page: Page, kind: string): Promise<void> {
    await expect.poll(() => told(page, kind), { timeout: 60_000 }).toEqual([])
  }

  test.each(USERS)(
    'to %s each comes and goes',
    async (_who, profile, password) => {
      kit.set({ refreshSeconds: 1, stalledAfterMs: 1_000, deadLetters: 3, unevenEntries: 4, untrimmedEntries: 20 })
      kit.set({
        laggingAfterMs: DAY,
        neglectedAfterMs: DAY,
        spareAfterMs: 1_000,
        spareConsumers: 10,
        deadAfterMs: 2_000,
      })

      // Nobody reads; then somebody does.
      await send('XGROUP', 'CREATE', 'idle', 'g', '0', 'MKSTREAM')
      await add('idle', 3)
      const page = await kit.page(await kit.connect(profile, password))
      await comes(page, 'unattended', { row: { key: 'idle' } })
      await read('idle', 'w', 10)
      await send('XACK', 'idle', 'g', ...(await kit.feed.xrange('idle', '-', '+')).map(([id]) => id))
      await goes(page, 'unattended')

      // All its consumers went, and hold nothing.
      await add('idle', 1)
      await comes(page, 'unattended', { row: { key: 'idle', group: { consumers: 1 } } })
      await read('idle', 'w', 10)
      await goes(page, 'unattended')
      await comes(page, 'dead', { consumer: 'w', pending: 1 })
      await send('XACK', 'idle', 'g', ...(await kit.feed.xrange('idle', '-', '+')).map(([id]) => id))
      await goes(page, 'dead')

      // Names of which none is removed, and then they are.
      for (let n = 0; n < 10; n += 1) await send('XGROUP', 'CREATECONSUMER', 'idle', 'g', `pod-${n}`)
      await comes(page, 'names', { spare: 11 })
      for (let n = 0; n < 2; n += 1) await send('XGROUP', 'DELCONSUMER', 'idle', 'g', `pod-${n}`)
      await goes(page, 'names')

      // The group goes, with what waited for it; and is made again.
      await add('idle', 1)
      await expect.poll(() => page.reports.get('idle')?.summary.length, { timeout: 60_000 }).toBe(5)
      await send('XGROUP', 'DESTROY', 'idle', 'g')
      await comes(page, 'vanished', { groups: 1, streams: 0, named: [{ key: 'idle', group: 'g', withStream: false }] })
      await send('XGROUP', 'CREATE', 'idle', 'g', '$')
      await goes(page, 'vanished')

      // Never trimmed, and then it is.
      await add('idle', 20)
      await comes(page, 'untrimmed', { key: 'idle', length: 25 })
      await send('XTRIM', 'idle', 'MAXLEN', 24)
      await goes(page, 'untrimmed')
    },
    180_000,
  )
})
