import { describe, expect, it, test } from 'vitest'
import { MOST_STANDING } from '../../../../shared/judgement/alerts/step'
import { anyAlert, aProcess, MINUTE, NOON, on, SECOND, type Disk } from './alert-samples'

const NOTHING = { raised: [], resolved: [] }
const billing = on('billing')
const audit = on('audit')
const raised = (...findings: readonly { readonly id: string }[]) => ({
  raised: findings.map(({ id }) => id),
  resolved: [],
})
const resolved = (...findings: readonly { readonly id: string }[]) => ({
  raised: [],
  resolved: findings.map(({ id }) => id),
})
const empty = (): Disk => ({ standing: [] })

describe('a finding is told', () => {
  it('once, and that it is gone once', () => {
    const host = aProcess(empty(), NOON)
    expect(host.look(NOON, anyAlert, [billing])).toEqual(raised(billing))
    for (let s = 1; s < 600; s += 7) expect(host.look(NOON + s * SECOND, anyAlert, [billing])).toEqual(NOTHING)
    expect(host.look(NOON + 601 * SECOND, anyAlert, [])).toEqual(resolved(billing))
    for (let s = 602; s < 900; s += 7) expect(host.look(NOON + s * SECOND, anyAlert, [])).toEqual(NOTHING)
  })

  it('of two rules that stopped, each by itself', () => {
    const stopped = (ruleId: string) =>
      ({
        kind: 'rule-stopped',
        id: `rule-stopped/${ruleId}/1`,
        ruleId,
        name: ruleId,
        atMs: 1,
        why: 'failures',
      }) as const
    const host = aProcess(empty(), NOON)
    expect(host.look(NOON, anyAlert, [stopped('a'), stopped('b')])).toEqual(raised(stopped('a'), stopped('b')))
    expect(host.look(NOON + 20 * SECOND, anyAlert, [stopped('b')])).toEqual(resolved(stopped('a')))
  })

  it('again when it comes again', () => {
    const host = aProcess(empty(), NOON)
    host.look(NOON, anyAlert, [billing])
    expect(host.look(NOON + 20 * SECOND, anyAlert, [])).toEqual(resolved(billing))
    expect(host.look(NOON + 40 * SECOND, anyAlert, [billing])).toEqual(raised(billing))
  })

  it('not before it has stood for so long without a break', () => {
    const held = { ...anyAlert, holdMs: 5 * MINUTE }
    const host = aProcess(empty(), NOON)
    host.look(NOON, held, [billing])
    expect(host.look(NOON + 4 * MINUTE, held, [billing])).toEqual(NOTHING)
    expect(host.look(NOON + 4.5 * MINUTE, held, [])).toEqual(NOTHING)
    for (let s = 280; s < 580; s += 10) expect(host.look(NOON + s * SECOND, held, [billing])).toEqual(NOTHING)
    expect(host.look(NOON + 580 * SECOND, held, [billing])).toEqual(raised(billing))
  })

  it('together with what comes within a moment', () => {
    const host = aProcess(empty(), NOON)
    host.look(NOON, anyAlert, [billing])
    const more = [billing, audit, on('c'), on('d')]
    expect(host.look(NOON + SECOND, anyAlert, more.slice(0, 2))).toEqual(NOTHING)
    expect(host.look(NOON + 9 * SECOND, anyAlert, more)).toEqual(NOTHING)
    expect(host.look(NOON + 10 * SECOND, anyAlert, more)).toEqual(raised(...more.slice(1)))
  })

  it('not if it is gone before it was told', () => {
    const host = aProcess(empty(), NOON)
    host.look(NOON, anyAlert, [billing])
    host.look(NOON + SECOND, anyAlert, [billing, audit])
    expect(host.look(NOON + 11 * SECOND, anyAlert, [billing])).toEqual(NOTHING)
  })

  it('at most so many at a time, those that matter most, and others once there is room', () => {
    const host = aProcess(empty(), NOON)
    const many = Array.from({ length: MOST_STANDING + 20 }, (_, at) => on(`g${at}`))
    expect(host.look(NOON, anyAlert, many).raised).toEqual(many.slice(0, MOST_STANDING).map(({ id }) => id))
    expect(host.look(NOON + MINUTE, anyAlert, many.slice(30)).resolved).toHaveLength(30)
    expect(host.look(NOON + 2 * MINUTE, anyAlert, many.slice(30)).raised).toEqual([])
    expect(host.look(NOON + 3 * MINUTE, anyAlert, many.slice(30)).raised).toHaveLength(20)
  })
})

describe('what is gone is not resolved', () => {
  it('where it could not be looked for', () => {
    const host = aProcess(empty(), NOON)
    host.look(NOON, anyAlert, [billing, audit])
    const look = (minutes: number, seen: readonly string[]) =>
      host.look(NOON + minutes * MINUTE, anyAlert, [], (name) => seen.includes(name))
    expect(look(1, [])).toEqual(NOTHING)
    expect(look(600, [])).toEqual(NOTHING)
    expect(look(601, ['audit'])).toEqual(resolved(audit))
    expect(look(602, ['audit', 'billing'])).toEqual(resolved(billing))
  })

  it.each([
    ['stalled', 'dead'],
    ['lagging', 'unattended'],
  ] as const)('where a %s one is %s by now, which another alert tells', (kind, then) => {
    const host = aProcess(empty(), NOON)
    const alert = { ...anyAlert, kinds: [kind] }
    expect(host.look(NOON, alert, [on('g', kind)]).raised).toHaveLength(1)
    expect(host.look(NOON + MINUTE, alert, [on('g', then)])).toEqual(NOTHING)
    expect(host.look(NOON + 2 * MINUTE, alert, []).resolved).toHaveLength(1)
  })

  it('where nobody wants to be told', () => {
    const host = aProcess(empty(), NOON)
    const quietly = { ...anyAlert, tellsResolved: false }
    host.look(NOON, quietly, [billing])
    expect(host.look(NOON + MINUTE, quietly, [])).toEqual(NOTHING)
    expect(host.look(NOON + 5 * MINUTE, anyAlert, [])).toEqual(NOTHING)
  })

  it('where the alert is not about it any more', () => {
    const host = aProcess(empty(), NOON)
    host.look(NOON, anyAlert, [billing])
    expect(host.look(NOON + MINUTE, { ...anyAlert, stream: 'x*' }, [])).toEqual(NOTHING)
    expect(host.look(NOON + 2 * MINUTE, anyAlert, [])).toEqual(NOTHING)
  })

  it('and is forgotten once nobody has seen it for a week', () => {
    const disk = empty()
    const host = aProcess(disk, NOON)
    host.look(NOON, anyAlert, [billing])
    expect(host.look(NOON + 8 * 24 * 60 * MINUTE, anyAlert, [], () => false)).toEqual(NOTHING)
    expect(disk.standing).toEqual([])
  })
})

describe('a snoozed finding', () => {
  const snoozed = { finding: billing, isSnoozed: true }
  it('is told by no alert, and afterwards if it stands still', () => {
    const host = aProcess(empty(), NOON)
    expect(host.look(NOON, anyAlert, [snoozed])).toEqual(NOTHING)
    expect(host.look(NOON + MINUTE, anyAlert, [snoozed, audit])).toEqual(raised(audit))
    expect(host.look(NOON + 2 * MINUTE, anyAlert, [billing, audit])).toEqual(raised(billing))
  })
  it('that was told is neither resolved nor told again', () => {
    const host = aProcess(empty(), NOON)
    host.look(NOON, anyAlert, [billing])
    expect(host.look(NOON + MINUTE, anyAlert, [snoozed])).toEqual(NOTHING)
    expect(host.look(NOON + 2 * MINUTE, anyAlert, [billing])).toEqual(NOTHING)
    expect(host.look(NOON + 3 * MINUTE, anyAlert, [])).toEqual(resolved(billing))
  })
})

describe('in quiet hours', () => {
  const ALL = [0, 1, 2, 3, 4, 5, 6]
  const alert = { ...anyAlert, quiet: { days: ALL, fromMinute: 12 * 60, toMinute: 13 * 60 } }
  const ONE = NOON + 60 * MINUTE

  it('nothing is told; afterwards what stands still', () => {
    const host = aProcess(empty(), NOON)
    expect(host.look(NOON, alert, [billing, audit])).toEqual(NOTHING)
    for (let m = 1; m < 60; m += 1) expect(host.look(NOON + m * MINUTE, alert, [billing])).toEqual(NOTHING)
    expect(host.look(ONE, alert, [billing])).toEqual(raised(billing))
  })
  it('what was told before and is gone is told afterwards, if it did not come back', () => {
    const host = aProcess(empty(), NOON - MINUTE)
    host.look(NOON - MINUTE, alert, [billing, audit])
    expect(host.look(NOON + MINUTE, alert, [])).toEqual(NOTHING)
    expect(host.look(NOON + 5 * MINUTE, alert, [audit])).toEqual(NOTHING)
    expect(host.look(ONE, alert, [audit])).toEqual(resolved(billing))
    expect(host.look(ONE + 20 * SECOND, alert, [])).toEqual(resolved(audit))
  })
})

describe('a restart', () => {
  const held = { ...anyAlert, holdMs: 5 * MINUTE }
  it('tells nothing again, and forgets nothing', () => {
    const disk = empty()
    aProcess(disk, NOON).look(NOON, anyAlert, [billing, audit])
    const again = aProcess(disk, NOON + MINUTE)
    expect(again.look(NOON + MINUTE, anyAlert, [audit])).toEqual(NOTHING)
    expect(again.look(NOON + 2 * MINUTE, anyAlert, [billing, audit])).toEqual(NOTHING)
    expect(again.look(NOON + 3 * MINUTE, anyAlert, [audit])).toEqual(resolved(billing))
  })
  it('takes what it does not see yet for gone once it had the time to see it', () => {
    const disk = empty()
    aProcess(disk, NOON).look(NOON, anyAlert, [billing])
    const again = aProcess(disk, NOON + MINUTE)
    expect(again.look(NOON + 2 * MINUTE, anyAlert, [])).toEqual(NOTHING)
    expect(again.look(NOON + 3 * MINUTE, anyAlert, [])).toEqual(resolved(billing))
  })
  it('goes on with how long it stands, unless nobody looked in between', () => {
    const disk = empty()
    const before = aProcess(disk, NOON)
    for (const m of [0, 1, 2, 3]) before.look(NOON + m * MINUTE, held, [billing])
    const soon = aProcess({ ...disk }, NOON + 4 * MINUTE)
    expect(soon.look(NOON + 4 * MINUTE, held, [billing])).toEqual(NOTHING)
    expect(soon.look(NOON + 5 * MINUTE, held, [billing])).toEqual(raised(billing))
    const late = aProcess(disk, NOON + 60 * MINUTE)
    for (const m of [60, 61, 62, 63, 64]) expect(late.look(NOON + m * MINUTE, held, [billing])).toEqual(NOTHING)
    expect(late.look(NOON + 65 * MINUTE, held, [billing])).toEqual(raised(billing))
  })
  it('at a time before that of the last one, as clocks are set, does not silence what comes', () => {
    const disk = empty()
    aProcess(disk, NOON).look(NOON, anyAlert, [billing])
    const again = aProcess(disk, NOON - 600 * MINUTE)
    expect(again.look(NOON - 600 * MINUTE, anyAlert, [billing, audit])).toEqual(raised(audit))
  })
})

describe('two processes on one directory', () => {
  test('tell one thing once, however old what either sees is', () => {
    const disk = empty()
    const [a, b] = [aProcess(disk, NOON), aProcess(disk, NOON)]
    expect(a.look(NOON, anyAlert, [billing])).toEqual(raised(billing))
    // That is not there yet for b, and no more for a before it is for b.
    expect(b.look(NOON + SECOND, anyAlert, [])).toEqual(NOTHING)
    expect(b.look(NOON + 30 * SECOND, anyAlert, [billing])).toEqual(NOTHING)
    expect(a.look(NOON + 40 * SECOND, anyAlert, [])).toEqual(resolved(billing))
    for (const s of [41, 50, 69]) expect(b.look(NOON + s * SECOND, anyAlert, [billing])).toEqual(NOTHING)
    expect(b.look(NOON + 70 * SECOND, anyAlert, [])).toEqual(NOTHING)
    expect(a.look(NOON + 71 * SECOND, anyAlert, [])).toEqual(NOTHING)
    // It comes again.
    expect(b.look(NOON + 80 * SECOND, anyAlert, [billing])).toEqual(raised(billing))
    expect(a.look(NOON + 81 * SECOND, anyAlert, [billing])).toEqual(NOTHING)
  })
  test('one that does not see it does not take it for gone for a while', () => {
    const disk = empty()
    const [a, b] = [aProcess(disk, NOON), aProcess(disk, NOON)]
    a.look(NOON, anyAlert, [billing])
    for (const s of [1, 60, 89]) expect(b.look(NOON + s * SECOND, anyAlert, [])).toEqual(NOTHING)
  })
})
