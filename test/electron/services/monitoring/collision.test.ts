import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { judgeAll } from '../../../../electron/services/monitoring/findings'
import { createKnownStreams } from '../../../../electron/services/monitoring/known-streams'
import type { Finding } from '../../../../shared/judgement/finding'
import { findingText } from '../../../../shared/words/finding-sentence'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { onEachServer } from '../../../helpers/on-each-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { thresholds } from '../../../shared/judgement/judged-samples'

const clients = useSluiceClients()
const NOTHING = {
  ...{ vanished: [], nearlyFull: [], stoppedRules: [], snoozed: new Map<string, null>() },
  lastWords: () => ({ fallen: [], suspects: [] }),
}

// What real servers count of real trims, by the host's clock as if five seconds lay between the looks.
onEachServer('trims that overtake a group, on %s', (version) => {
  let direct: Redis
  let reader: Reader
  let known: ReturnType<typeof createKnownStreams>
  let atMs: number
  useEmptiedServer({ version }, async (server, own) => {
    direct = own
    reader = (await clients.open(server)).reader
    known = createKnownStreams(() => thresholds)
    atMs = 1_700_000_000_000
    await direct.xgroup('CREATE', 'orders', 'audit', '0', 'MKSTREAM')
  })

  async function look(): Promise<void> {
    const [summary] = await summarize(reader, [Buffer.from('orders')], thresholds)
    if (summary) known.note(summary, (atMs += 5_000))
  }
  /** What the other kinds say of it is tested elsewhere. */
  const told = (): readonly Finding[] =>
    judgeAll([...known.all().values()], NOTHING, thresholds).cards.flatMap(({ findings }) =>
      findings.filter(({ kind }) => kind === 'collision' || kind === 'collision-soon' || kind === 'trimmed'),
    )
  async function add(count: number, maxlen: number | null = 1_000): Promise<void> {
    const line = direct.pipeline()
    for (let n = 0; n < count; n += 1) {
      if (maxlen === null) line.xadd('orders', '*', 'n', n)
      else line.xadd('orders', 'MAXLEN', maxlen, '*', 'n', n)
    }
    await line.exec()
  }
  async function read(count: number): Promise<readonly string[]> {
    const told = (await direct.xreadgroup('GROUP', 'audit', 'w', 'COUNT', count, 'STREAMS', 'orders', '>')) as
      readonly (readonly [string, readonly (readonly [string, unknown])[]])[] | null
    const ids = told?.[0]?.[1].map(([id]) => id) ?? []
    if (ids.length > 0) await direct.xack('orders', 'audit', ...ids)
    return ids
  }
  async function steps(count: number, step: () => Promise<unknown>): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await step()
      await look()
    }
  }

  it('are told before they do, about when they do, and then what was lost', async () => {
    await add(1_200)
    await read(1_000)
    await steps(10, async () => {
      await add(40)
      await read(25)
    })
    const [finding, ...others] = told()
    expect(others).toEqual([])
    // 1 000 entries, of which 150 are not read: 850 are left, and 15 of them go every five seconds.
    expect(finding).toMatchObject({
      kind: 'collision-soon',
      row: { key: 'orders', group: { name: 'audit' } },
      collision: { margin: 850, trimsPerSecond: 8, readsPerSecond: 5, spanMs: 45_000 },
    })
    expect(finding && findingText(finding)).toBe(
      'Trimming of orders overtakes audit in about 4 min 43 s: from then on about 11\u202f000 entries an hour are lost unread.',
    )
    let more = 0
    for (; told()[0]?.kind !== 'trimmed' && more < 100; more += 1)
      await steps(1, async () => {
        await read(25)
        await add(40)
      })
    expect(more * 5).toBeGreaterThan(280)
    expect(more * 5).toBeLessThan(295)
    expect(told()).toMatchObject([{ kind: 'trimmed', lost: 5 }])
  })

  it('are not told once it reads as much as is trimmed', async () => {
    await add(1_200)
    await read(1_000)
    const slow = async (): Promise<void> => {
      await add(40)
      await read(10)
    }
    await steps(10, slow)
    expect(told()).toHaveLength(1)
    await steps(30, async () => {
      await add(40)
      await read(45)
    })
    expect(told()).toEqual([])
  })

  it('are not told where less comes than a while ago and all of it is read, as a stream kept by MINID gets shorter', async () => {
    await add(1_000, null)
    await read(1_000)
    // What goes is as old as before, and was more then.
    const fall = async (readsEach: number): Promise<void> => {
      await add(40, null)
      await read(readsEach)
      const oldest = await direct.xrange('orders', '-', '+', 'COUNT', 51)
      await direct.xtrim('orders', 'MINID', oldest.at(-1)?.[0] ?? '')
    }
    await steps(10, () => fall(40))
    expect(told()).toEqual([])
    // Always as far behind is no falling behind either.
    await add(20, null)
    await steps(29, () => fall(40))
    expect(told()).toEqual([])
  })

  it('are not told of what is deleted as it is acked, nor for some time after it', async () => {
    await add(1_000, null)
    await read(900)
    const done = (await direct.xrange('orders', '-', '+', 'COUNT', 900)).map(([id]) => id)
    await steps(20, async () => {
      await add(40, null)
      await direct.xdel('orders', ...done.splice(0, 40))
    })
    expect(told()).toEqual([])
    // Trimmed from now on, and not read: what went before says nothing of it.
    await steps(4, () => add(10))
    expect(told()).toEqual([])
  })

  it('are not told of a group that was set back, as its reads are not counted then', async () => {
    await add(1_200)
    await read(1_000)
    await direct.xgroup(
      'SETID',
      'orders',
      'audit',
      (await direct.xrange('orders', '-', '+', 'COUNT', 500)).at(-1)?.[0] ?? '',
    )
    await steps(10, () => add(10))
    expect(told()).toEqual([])
  })
})
