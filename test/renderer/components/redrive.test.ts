// @vitest-environment happy-dom
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import RedriveForm from '../../../renderer/components/redrive/RedriveForm.vue'
import { useHoldsDeadLetters } from '../../../renderer/composables/use-dead-letters'
import type { Bytes } from '../../../shared/bytes'
import type { Entry } from '../../../shared/model/entry'
import type { RedriveOptions, RedrivePlan, RedrivePlanning } from '../../../shared/model/redrive'
import { fakeApi, events, type Call } from '../helpers/fake-api'
import { button, mountOn } from '../helpers/mount-view'
import { words } from '../../../shared/words/words'
import { message, verbatim } from '../../../shared/words/messages'

const {
  needed: groupsSentence,
  unmarked: unmarkedSentence,
  leftAlone: leftAloneSentences,
  sentence: redriveSentence,
  target: targetWords,
} = words.redrive

const target = { connectionId: 'c1', key: 'orders:dead' }
const options: RedriveOptions = { to: null, strays: null, create: false, mostRedrives: 3 }

function planFor(more: Partial<RedrivePlan> = {}): RedrivePlan {
  return {
    ...{ id: 'p1', ...target, selection: { kind: 'all' }, options, entries: 4, goes: 4 },
    ...{ firstId: '1-0', lastId: '4-0', notFound: 0, groups: [], commands: ['XADD …'] },
    targets: [{ name: 'orders', entries: 4, type: 'stream', refusal: null }],
    leftAlone: { noProvenance: 0, tooOften: 0, refused: 0 },
    notes: [],
    ...{ otherGroups: [], moreGroups: 0, untold: 0 },
    guard: { atomic: true, note: verbatim('A script copies and deletes.') },
    undo: { possible: false, note: verbatim('Nothing.') },
    ...more,
  }
}

const exact = (value: number) => ({ value, certainty: 'exact' as const })

describe('what a redrive would do, in words', () => {
  it.each([
    ['Moves 4 entries to the end of orders', planFor()],
    [
      'Moves 1 entry to the end of 2 streams',
      planFor({ goes: 1, targets: [planFor().targets[0]!, planFor().targets[0]!] }),
    ],
    ['Nothing to redrive: none of these entries is in the stream', planFor({ entries: 0, goes: 0, targets: [] })],
    ['Nothing to redrive: all of these entries are left alone', planFor({ goes: 0 })],
  ])('is “%s”', (words, plan) => {
    expect(redriveSentence(plan)).toBe(words)
  })

  it('says of what is left alone how many, and why', () => {
    expect(leftAloneSentences(planFor())).toEqual([])
    const leftAlone = { noProvenance: 1, tooOften: 2, refused: 3 }
    expect(leftAloneSentences(planFor({ leftAlone, notFound: 1, options: { ...options, mostRedrives: 1 } }))).toEqual([
      '1 does not say where it comes from: left alone',
      '2 were redriven 1 time or more already: left alone',
      '3 can’t go where they belong: left alone',
      '1 is not in the stream any more',
    ])
  })

  it('says of a stream whether it is there, is made, or why it gets nothing', () => {
    const stream = { name: 'orders', entries: 1, type: 'stream', refusal: null }
    expect(targetWords(stream)).toBe('Is there')
    expect(targetWords({ ...stream, type: 'none' })).toBe('Is created')
    expect(targetWords({ ...stream, type: 'none', refusal: message('redrive.no-stream') })).toBe('It does not exist.')
  })

  it('warns of what Sluice did not put there, with how many of them go', () => {
    expect(unmarkedSentence(planFor(), true)).toBeNull()
    const unmarked = { entries: 3, goes: 0, readers: [], moreReaders: 0 }
    expect(unmarkedSentence(planFor({ unmarked }), true)).toBe(
      '3 of 4 entries were not dead-lettered by Sluice: an application may fill this stream, and read it, by its own rules',
    )
    expect(unmarkedSentence(planFor({ unmarked: { ...unmarked, goes: 2 } }), true)).toContain(
      'own rules. 2 of those go: what the application drops where they go is only in the backup',
    )
    expect(unmarkedSentence(planFor({ unmarked: { ...unmarked, entries: 1, goes: 1 } }), false)).toMatch(
      /^1 of 4 entries was not .* 1 of those goes: what the application drops where it goes is lost$/,
    )
  })

  it('names the groups that need them still', () => {
    expect(groupsSentence(planFor())).toBeNull()
    const group = { name: 'sweepers', pending: exact(1), unread: exact(0) }
    expect(groupsSentence(planFor({ groups: [group] }))).toContain('1 group of this stream holds some of them')
    expect(groupsSentence(planFor({ groups: [group, group] }))).toContain('2 groups of this stream hold some of them')
  })
})

describe('the form to redrive', () => {
  let wrapper: VueWrapper
  afterEach(() => wrapper.unmount())

  const plansAsked = (calls: readonly Call[]): unknown[] =>
    calls.filter(({ name }) => name === 'redrive.planAll').map(({ input }) => input)
  const runs = (calls: readonly Call[]): unknown[] =>
    calls.filter(({ name }) => name === 'redrive.run').map(({ input }) => input)
  const planAll = (plan: RedrivePlan) => (): AsyncIterable<RedrivePlanning> =>
    events<RedrivePlanning>([{ state: 'ready', plan }], undefined, true)

  async function show(
    handlers: Parameters<typeof fakeApi>[0]['redrive'],
    { ids = [] as readonly string[], production = false } = {},
  ): Promise<readonly Call[]> {
    const calls = fakeApi({ redrive: handlers ?? {} })
    const subject = { target, ids, length: 4 }
    const surroundings = { connection: { environment: production ? ('prod' as const) : ('dev' as const) } }
    wrapper = await mountOn(RedriveForm, { subject }, surroundings)
    await vi.waitFor(() => expect(plansAsked(calls).length).toBeGreaterThan(0))
    await flushPromises()
    return calls
  }
  async function choose(label: string, value: string): Promise<void> {
    const select = [...document.querySelectorAll('select')].find(({ labels }) => labels[0]?.textContent.includes(label))
    if (!select) throw new Error(`no list named ${label}`)
    select.value = value
    select.dispatchEvent(new Event('change'))
    await flushPromises()
  }
  async function submit(): Promise<void> {
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await flushPromises()
  }

  it('asks for what is ticked, and for all where nothing is', async () => {
    const ticked = await show({ planAll: planAll(planFor()) }, { ids: ['1-0', '3-0'] })
    expect(plansAsked(ticked)).toEqual([{ ...target, selection: { kind: 'ids', ids: ['1-0', '3-0'] }, options }])
    wrapper.unmount()
    const all = await show({ planAll: planAll(planFor()) })
    expect(plansAsked(all)).toEqual([{ ...target, selection: { kind: 'all' }, options }])
  })

  it('runs what was looked at, at 50 a second unless told otherwise', async () => {
    const calls = await show({ planAll: planAll(planFor()), run: () => new Promise(() => undefined) })
    await submit()
    expect(runs(calls)).toEqual([{ ...target, planId: 'p1', perSecond: 50 }])
    wrapper.unmount()
    const unlimited = await show({ planAll: planAll(planFor()), run: () => new Promise(() => undefined) })
    await choose('Entries a second', '0')
    await submit()
    expect(runs(unlimited)).toEqual([{ ...target, planId: 'p1', perSecond: null }])
  })

  it('saves what goes first, unless told not to', async () => {
    const calls = await show({ planAll: planAll(planFor()), run: () => new Promise(() => undefined) })
    const box = [...document.querySelectorAll('label')].find((one) => /Save what goes/.test(one.textContent))
    document.getElementById(box?.htmlFor ?? '')?.click()
    await flushPromises()
    await submit()
    expect(runs(calls)).toEqual([{ ...target, planId: 'p1', perSecond: 50, backup: false }])
  })

  const warned = (): string | undefined => document.querySelector('[data-test=unmarked]')?.textContent
  const readers = (): string | undefined =>
    document.querySelector('[data-test=readers]')?.textContent.replace(/\s+/g, ' ').trim()

  it('warns of what an application may have put there, and names who reads the stream', async () => {
    const names = ['a{x}', 'b', { base64: '//4A' }, 'd', 'e', 'f', 'g']
    await show({ planAll: planAll(planFor({ unmarked: { entries: 3, goes: 2, readers: names, moreReaders: 4 } })) })
    expect(warned()).toContain('3 of 4 entries were not dead-lettered by Sluice')
    expect(warned()).toContain('is only in the backup')
    const box = [...document.querySelectorAll('label')].find((one) => /Save what goes/.test(one.textContent))
    document.getElementById(box?.htmlFor ?? '')?.click()
    await flushPromises()
    expect(warned()).toContain('what the application drops where they go is lost')
    expect(readers()).toBe('Groups that read this stream: a{x}, b, \\xff\\xfe\\x00, d, e, and 6 more groups.')
  })

  it('names nobody where no group reads it, and warns of nothing where all was dead-lettered by Sluice', async () => {
    await show({ planAll: planAll(planFor({ unmarked: { entries: 3, goes: 2, readers: [], moreReaders: 0 } })) })
    expect([warned() === undefined, readers()]).toEqual([false, undefined])
    wrapper.unmount()
    await show({ planAll: planAll(planFor()) })
    expect([warned(), readers()]).toEqual([undefined, undefined])
  })

  it('does not run while nothing would go, nor while a stream has no name', async () => {
    const calls = await show({ planAll: planAll(planFor({ goes: 0 })) })
    await submit()
    wrapper.unmount()
    const unnamed = await show({ planAll: planAll(planFor()) })
    await choose('Where to', 'named')
    await submit()
    expect(button('Redrive').getAttribute('aria-disabled')).toBe('true')
    expect([...runs(calls), ...runs(unnamed), plansAsked(unnamed).length]).toEqual([1])
  })

  it('on a production connection asks for the stream’s name', async () => {
    const calls = await show(
      { planAll: planAll(planFor()), run: () => new Promise(() => undefined) },
      { production: true },
    )
    await submit()
    expect(runs(calls)).toEqual([])
    const typed = [...document.querySelectorAll('input')].find(({ placeholder }) => placeholder === 'orders:dead')
    if (!typed) throw new Error('nothing asks for the name')
    typed.value = 'orders:dead'
    typed.dispatchEvent(new Event('input'))
    await flushPromises()
    await submit()
    expect(runs(calls)).toEqual([{ ...target, planId: 'p1', perSecond: 50, confirmation: 'orders:dead' }])
  })

  it('tells in place why it could not be run, and looks again', async () => {
    const stale = new ORPCError('STALE_PLAN', {
      defined: true,
      data: { planId: 'p1', problem: message('plan.group-since') },
      message: 'It is another one.',
    })
    const calls = await show({ planAll: planAll(planFor()), run: () => Promise.reject(stale) })
    await submit()
    expect(document.querySelector('[role=alert]')?.textContent).toContain('Things changed since this was planned')
    await vi.waitFor(() => expect(plansAsked(calls)).toHaveLength(2))
  })

  it('tells in place why there is no plan', async () => {
    const gone = new ORPCError('NOT_FOUND', { defined: true, data: { what: 'stream', name: 'orders:dead' } })
    await show({ planAll: () => Promise.reject(gone) })
    expect(document.querySelector('[role=alert]')?.textContent).not.toBe('')
    expect(button('Redrive').getAttribute('aria-disabled')).toBe('true')
  })
})

describe('a stream of dead letters', () => {
  let wrapper: VueWrapper
  afterEach(() => wrapper.unmount())

  const entry = (...names: readonly Bytes[]): Entry => ({
    ...{ id: '1-0', moreFields: 0, size: 1 },
    fields: names.map((name) => ({ name, value: 'x', size: 1, cut: false })),
  })
  const DEAD = ['n', 'sluice:stream', 'sluice:id', 'sluice:reason']

  async function holds(key: Bytes, entries: readonly Entry[] | Error, length: number | null = 1) {
    const page = () => (entries instanceof Error ? Promise.reject(entries) : { entries, next: null })
    const calls = fakeApi({ entry: { page } })
    const probe = defineComponent(() => {
      const isSo = useHoldsDeadLetters(
        () => ({ connectionId: 'c1', key }),
        () => length,
      )
      return () => h('output', String(isSo.value))
    })
    wrapper = await mountOn(probe, {})
    await flushPromises()
    return [document.querySelector('output')?.textContent, calls.length]
  }

  it.each<[string, Bytes, readonly Entry[] | Error, number | null, string, number]>([
    ['whose name ends so', 'orders:dead', [], 5, 'true', 0],
    ['whose name ends so, and is no text', { base64: btoa('\xff:dead') }, [], 5, 'true', 0],
    ['whose first entries say where they come from', 'failed', [entry('n'), entry(...DEAD)], 5, 'true', 1],
    ['whose entries were requeued only', 'again', [entry('n', 'sluice:stream', 'sluice:id')], 5, 'false', 1],
    ['whose last fields are not shown', 'wide', [{ ...entry(...DEAD), moreFields: 1 }], 5, 'false', 1],
    ['of other entries', 'orders', [entry('n')], 5, 'false', 1],
    [
      'of dead letters that were restored, twice',
      'failed',
      [entry(...DEAD, 'sluice:restored', 'sluice:restored-id', 'sluice:restored', 'sluice:restored-id')],
      ...([5, 'true', 1] as const),
    ],
    ['with half of a restore’s fields', 'failed', [entry(...DEAD, 'sluice:restored-id')], 5, 'false', 1],
    ['that is empty', 'orders', [], 0, 'false', 0],
    ['of which nothing is known yet', 'orders', [entry(...DEAD)], null, 'false', 0],
    ['that can’t be read', 'orders', new Error('NOPERM'), 5, 'false', 1],
    ['named by the ending alone', ':dead', [entry('n')], 5, 'false', 1],
  ])('is told of one %s', async (_what, key, entries, length, expected, asked) => {
    expect(await holds(key, entries, length)).toEqual([expected, asked])
  })
})
