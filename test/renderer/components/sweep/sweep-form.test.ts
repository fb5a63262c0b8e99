// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import SweepForm from '../../../../renderer/components/sweep/SweepForm.vue'
import type { SweepPlan, SweepPlanning, SweepRow } from '../../../../shared/model/sweep'
import { events, fakeApi, type Call } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

enableAutoUnmount(afterEach)

const refusal = { code: 'REDIS', data: { prefix: 'NOPERM', reply: 'NOPERM no', command: 'XCLAIM', key: 'b' } } as const
function row(key: string, changes: number, more: Partial<SweepRow> = {}): SweepRow {
  const rest = { drops: 0, gone: 0, undoable: true, forGood: false, isCut: false, warnings: [], error: null }
  return { key, group: 'g', entries: changes, changes, ...rest, ...more }
}
function plan(rows: readonly SweepRow[], more: Partial<SweepPlan> = {}): SweepPlan {
  const sum = (figure: (each: SweepRow) => number) => rows.reduce((all, each) => all + figure(each), 0)
  const failed = rows.filter(({ error }) => error !== null).length
  return {
    ...{ id: 'p1', connectionId: 'c1', stream: '*', group: '*', action: { kind: 'spread' } },
    take: { stalled: true, minIdleMs: 0, minDeliveries: null },
    ...{ streams: 3, groups: 3, rows, cappedBy: null, confirm: null },
    sums: {
      ...{ groups: rows.length - failed, failed, entries: sum((each) => each.entries) },
      ...{ changes: sum((each) => each.changes), drops: sum((each) => each.drops), gone: 0 },
    },
    ...more,
  }
}
const text = (): string => document.body.textContent.replace(/\s+/g, ' ')
const whyNot = (): string | null => button(/^Recover/).getAttribute('aria-description')

async function open(made: SweepPlan, environment: 'dev' | 'prod' = 'dev'): Promise<readonly Call[]> {
  const calls = fakeApi({
    sweep: {
      plan: (_input, options) =>
        events<SweepPlanning>(
          [
            { state: 'reading', streams: 3, groups: 1, entries: 2 },
            { state: 'ready', plan: made },
          ],
          options?.signal,
        ),
      run: () => ({ id: 'j1' }),
    },
  })
  await mountOn(SweepForm, { subject: { kind: 'sweep', connectionId: 'c1' } }, { connection: { environment } })
  await vi.waitFor(() => expect(text()).toContain('Looked at'))
  return calls
}

it('shows a row for each group, those that refuse first, and runs what was shown', async () => {
  const calls = await open(plan([row('few', 2), row('many', 7), row('\u202eno', 0, { error: refusal })]))
  expect(text()).toContain('Spreading: 9 entries in 2 groups')
  expect(text()).toContain('1 group can’t be helped')
  const names = [...document.querySelectorAll('th[scope=row]')].map((each) => each.textContent.replace(/\s+/g, ' '))
  expect(names[0]).toContain('no')
  expect(names[1]).toContain('many')
  expect(names[2]).toContain('few')
  expect(text()).not.toContain('\u202e')
  button('Recover 9 entries').click()
  await flushPromises()
  expect(calls.filter(({ name }) => name === 'sweep.run').map(({ input }) => input)).toEqual([
    { connectionId: 'c1', planId: 'p1' },
  ])
})

it('says of what the plans of the groups warn, and in how many', async () => {
  const warned = (...warnings: SweepRow['warnings']) => ({ warnings })
  await open(
    plan([
      row('a', 2, warned('new-consumer')),
      row('b', 2, warned('new-consumer', 'consumer-active')),
      row('c', 2, { gone: null, ...warned('gone-from-stream') }),
      row('no', 0, { group: null, error: refusal }),
    ]),
  )
  expect(text()).toContain('In 2 groups: the consumer that gets them does not exist yet')
  expect(text()).toContain('In 1 group: a holder was seen just now')
  expect(text()).toContain('In 1 group: some entries are gone from the stream')
  expect(text()).toContain('1 stream can’t be helped')
  const [first] = document.querySelectorAll('th[scope=row]')
  expect(first?.textContent.replace(/\s+/g, ' ')).not.toContain('/')
})

it('draws some of thousands of groups, and more on request', async () => {
  await open(plan(Array.from({ length: 250 }, (_, n) => row(`s${n}`, 1))))
  expect(document.querySelectorAll('th[scope=row]')).toHaveLength(100)
  button('and 150 more groups').click()
  await flushPromises()
  expect(document.querySelectorAll('th[scope=row]')).toHaveLength(200)
})

it('where there is nothing to do it says so, and can’t be run', async () => {
  await open(plan([row('no', 0, { error: refusal })], { cappedBy: 'streams' }))
  expect(whyNot()).toBe('In none of these groups is there anything to do')
  expect(text()).toContain('There are more streams than one sweep looks at')
  expect(text()).not.toMatch(/\b0 (entries|groups)/)
})

it('what is for good asks on production for the pattern', async () => {
  const calls = await open(plan([row('a', 1, { forGood: true })], { confirm: 'app:*' }), 'prod')
  expect(whyNot()).toContain('confirm')
  const field = [...document.querySelectorAll('input')].at(-1)
  if (!field) throw new Error('there is no field')
  field.value = 'app:*'
  field.dispatchEvent(new Event('input'))
  await flushPromises()
  button('Recover 1 entry').click()
  await flushPromises()
  expect(calls.filter(({ name }) => name === 'sweep.run').map(({ input }) => input)).toEqual([
    { connectionId: 'c1', planId: 'p1', confirmation: 'app:*' },
  ])
})
