import { describe, expect, test } from 'vitest'
import { bytesKey } from '../../../../shared/bytes'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { findingCards } from '../../../../shared/judgement/finding-cards'
import { findingsIn } from '../../../../shared/judgement/findings'
import { triageRows } from '../../../../shared/judgement/triage-row'
import type { MonitoringEvent } from '../../../../shared/model/monitoring'
import { FINDINGS_AT_FIRST } from '../../../../shared/monitoring-limits'
import { createFollowers, type Followers } from '../../../../electron/services/monitoring/followers'
import { lagging, summary } from '../../../shared/judgement/judged-samples'
import { reportOf } from '../../../renderer/helpers/monitored'

const AT = 1_000_000
const SHOWN = { keys: ['shown'], findings: FINDINGS_AT_FIRST, hidden: false }

// What says the same is not told again, so that a page need not draw it anew; but a page shows how old its figures are.
describe('a page', () => {
  async function begin(): Promise<{
    followers: Followers
    readAt: (atMs: number, name: string) => void
    next: () => Promise<unknown>
    show: (keys: readonly string[], findings?: number) => void
    giveWay: (ms: number) => void
  }> {
    let restMs = 0
    const read = new Map(['found', 'other', 'shown'].map((name) => [name, AT]))
    const found = summary('found', [lagging])
    const findings = findingsIn(
      triageRows(found, defaultThresholds),
      [found],
      { rates: () => null, peek: () => undefined },
      defaultThresholds,
    )
    const followers = createFollowers({
      report: (id) => {
        const name = [...read.keys()].find((each) => bytesKey(each) === id) ?? id
        return { ...reportOf(summary(name, [])), readAtMs: read.get(name) ?? NaN }
      },
      ids: () => [...read.keys()].map(bytesKey),
      clockSkewMs: () => null,
      cards: () => findingCards(findings),
      snoozed: () => 0,
      judged: () => 3,
      restMs: () => restMs,
    })
    const events = followers.follow(undefined, () => undefined)
    const { value: first } = await events.next()
    const begun = first as Extract<MonitoringEvent, { kind: 'begin' }>
    const { watchId } = begun
    followers.show(watchId, SHOWN)
    const next = async (): Promise<unknown> => {
      const { value } = await events.next()
      if (value?.kind === 'findings') return value.count
      return value?.kind === 'streams' ? value.streams.map(({ summary: { key }, readAtMs }) => [key, readAtMs]) : value
    }
    expect(await next()).toEqual([
      ['shown', AT],
      ['found', AT],
      ['other', AT],
    ])
    expect(await next()).toBe(1)
    const readAt = (atMs: number, name: string): void => {
      read.set(name, atMs)
      followers.streamRead(bytesKey(name))
    }
    return {
      ...{ followers, readAt, next },
      show: (keys, findings = FINDINGS_AT_FIRST) => followers.show(watchId, { ...SHOWN, keys, findings }),
      giveWay: (ms) => (restMs = ms),
    }
  }

  test('is told that what it shows was read again half a minute later, though it says the same', async () => {
    const { followers, readAt, next } = await begin()
    readAt(AT + 30_000, 'shown')
    readAt(AT + 30_001, 'other')
    readAt(AT + 30_001, 'found')
    expect(await next()).toEqual([['found', AT + 30_001]])
    readAt(AT + 30_001, 'shown')
    readAt(AT + 60_001, 'found')
    expect(await next()).toEqual([['shown', AT + 30_001]])
    followers.end()
  })

  test('is told of what comes into its view as it was read last', async () => {
    const { followers, readAt, next, show } = await begin()
    readAt(AT + 40_000, 'other')
    show(['other'])
    expect(await next()).toEqual([['other', AT + 40_000]])
    followers.end()
  })

  // The click that asks for more of them is what everything else gives way to.
  test('is told as many findings as it shows by now, whoever clicks meanwhile, and nothing else', async () => {
    const { followers, next, show, giveWay } = await begin()
    giveWay(60_000)
    followers.streamChanged(bytesKey('other'))
    show(['shown'], 44)
    expect(await next()).toBe(1)
    let isMore = false
    void next().then(() => (isMore = true))
    followers.findingsChanged()
    await new Promise(setImmediate)
    expect(isMore).toBe(false)
    followers.end()
  })

  test('is told of how many streams the findings are, once the findings and the streams are told', async () => {
    const { followers, next } = await begin()
    expect(await next()).toEqual({ kind: 'judged', streams: 3 })
    followers.end()
  })
})
