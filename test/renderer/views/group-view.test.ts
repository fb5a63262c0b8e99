// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import GroupView from '../../../renderer/views/GroupView.vue'
import type { Consumer, Group } from '../../../shared/model/group'
import type { Job } from '../../../shared/model/job'
import type { PendingEntry } from '../../../shared/model/pending'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { fakeApi, type Call } from '../helpers/fake-api'
import { button, mountOn } from '../helpers/mount-view'
import { message, verbatim } from '../../../shared/words/messages'

const group: Group = {
  name: 'billing',
  consumers: 3,
  pending: 4,
  lastDeliveredId: '1620973121009-4',
  beyondEnd: null,
  entriesRead: null,
  lag: { value: null, kind: 'unknown' },
  oldestPendingId: '1620973121009-1',
}

const consumers: Consumer[] = [
  { name: 'worker-1', pending: 0, idleMs: 100, inactiveMs: null, oldestIdleMs: null, health: 'active' },
  { name: 'worker-3', pending: 4, idleMs: 2_400_000, inactiveMs: null, oldestIdleMs: null, health: 'stalled' },
  { name: 'old', pending: 0, idleMs: 2_262_000, inactiveMs: null, oldestIdleMs: null, health: 'idle' },
]

const pending: PendingEntry[] = [1, 2, 3, 4].map((seq) => ({
  id: `1620973121009-${seq}`,
  consumer: 'worker-3',
  idleMs: 2_400_000,
  deliveries: seq === 4 ? 20 : 1,
  inStream: seq !== 2,
  body:
    seq === 2
      ? null
      : {
          id: `1620973121009-${seq}`,
          size: 9,
          moreFields: 0,
          fields: [{ name: 'order', value: `n${seq}`, size: 2, cut: false }],
        },
}))

function planFor(input: Pick<RecoveryPlan, 'selection' | 'action'>): RecoveryPlan {
  const count = input.selection.kind === 'ids' ? input.selection.ids.length : 4
  return {
    id: 'plan-1',
    connectionId: 'c1',
    key: 'orders',
    group: 'billing',
    ...input,
    entries: count,
    changes: count,
    drops: 0,
    gone: 1,
    notPending: 0,
    consumers: [
      { name: 'worker-3', before: 4, after: 4 - count },
      { name: 'worker-1', before: 0, after: count },
    ],
    oldestId: '1620973121009-1',
    mostDeliveries: 20,
    warnings: ['gone-from-stream'],
    otherGroups: [],
    guard: { atomic: true, note: message('guard.claim-by-script') },
    undo: { possible: true, note: message('undo.claim') },
    notes: [],
    commands: ['XCLAIM orders billing worker-1 0 1620973121009-1 JUSTID'],
  }
}

const job: Job = {
  id: 'job-1',
  kind: 'claim',
  connectionId: 'c1',
  key: 'orders',
  group: 'billing',
  to: 'worker-1',
  state: 'running',
  done: 0,
  total: 4,
  counts: { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 },
  throttle: { paused: false, perSecond: null, heldBackBy: null },
  failures: [],
  startedAt: 0,
  endedAt: null,
  error: null,
  recordId: 'r1',
  undoable: false,
}

function fake(): readonly Call[] {
  return fakeApi({
    group: { list: () => [group], consumers: () => consumers },
    pending: {
      summary: () => ({
        total: 4,
        smallestId: '1620973121009-1',
        greatestId: '1620973121009-4',
        consumers: [{ name: 'worker-3', pending: 4 }],
      }),
      page: ({ consumer }: { consumer?: string }) => ({
        entries: consumer === undefined || consumer === 'worker-3' ? pending : [],
        next: null,
      }),
    },
    recovery: { plan: planFor, run: () => job },
  })
}

const pageOfAll = (): { entries: PendingEntry[]; next: null } => ({ entries: pending, next: null })

const props = { streamKey: 'orders', group: 'billing' }

function grid(name: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[role=grid][aria-label="${name}"]`)
  if (!found) throw new Error(`no grid named ${name}`)
  return found
}

function rowsOf(name: string): string[] {
  return [...grid(name).querySelectorAll('.rows [role=row]')].map((row) =>
    [...row.querySelectorAll('[role=gridcell]')].map((cell) => cell.textContent.trim()).join(' '),
  )
}

async function press(on: HTMLElement, ...keys: readonly (string | KeyboardEventInit)[]): Promise<void> {
  for (const key of keys) {
    const init = typeof key === 'string' ? { key } : key
    on.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }))
    await flushPromises()
  }
}

const inputs = (calls: readonly Call[], name: string): unknown[] =>
  calls.filter((call) => call.name === name).map(({ input }) => input)

afterEach(() => {
  document.body.innerHTML = ''
})
// Before the page is emptied: what is done last is undone first.
enableAutoUnmount(afterEach)

describe('a group', () => {
  it('shows trouble first, and an idle consumer as no fault', async () => {
    fake()
    await mountOn(GroupView, props)
    const [first, , last] = rowsOf('Consumers')
    expect(first).toMatch(/^■ *stalled worker-3/)
    expect(last).toMatch(/^○ *idle old/)
  })

  it('never says 0 for a lag that Redis can’t tell', async () => {
    fake()
    await mountOn(GroupView, props)
    expect(document.querySelector('.group-facts')?.textContent).toMatch(/Lag\s*unknown/)
  })

  it('takes the focus when nothing else has it, so that the keyboard goes on', async () => {
    fake()
    await mountOn(GroupView, props)
    expect(document.activeElement).toBe(grid('Consumers'))
  })

  it('reassigns by keyboard', async () => {
    const calls = fake()
    await mountOn(GroupView, props)
    await press(grid('Consumers'), 'j', { key: 'C', shiftKey: true })
    expect(inputs(calls, 'recovery.plan')).toMatchObject([{ selection: { kind: 'consumer', consumer: 'worker-3' } }])
  })

  it('leaves the focus where somebody put it', async () => {
    fake()
    const field = document.body.appendChild(document.createElement('input'))
    field.focus()
    await mountOn(GroupView, props)
    expect(document.activeElement).toBe(field)
  })

  it('tells the pending ids as XPENDING sums them up', async () => {
    fake()
    await mountOn(GroupView, props)
    expect(document.querySelector('.group-facts')?.textContent).toMatch(
      /Pending ids\s*1620973121009-1 – 1620973121009-4/,
    )
  })

  it('marks entries gone from the stream, and those delivered often', async () => {
    fake()
    await mountOn(GroupView, props)
    const rows = rowsOf('Pending entries')
    expect(rows[1]).toContain('gone from stream')
    expect(rows[3]).toContain('Delivered often')
    expect(rows[0]).toContain('order n1')
  })

  it('reassigns all that a stalled consumer holds by one click', async () => {
    const calls = fake()
    await mountOn(GroupView, props)
    button('Reassign worker-3').click()
    await flushPromises()
    expect(inputs(calls, 'recovery.plan')).toMatchObject([
      {
        connectionId: 'c1',
        key: 'orders',
        group: 'billing',
        selection: { kind: 'consumer', consumer: 'worker-3' },
        action: { kind: 'claim', to: null, includeGone: false },
      },
    ])
    expect(inputs(calls, 'recovery.run')).toEqual([{ connectionId: 'c1', planId: 'plan-1' }])
  })

  it('claims a range ticked by keyboard for the healthiest consumer', async () => {
    const calls = fake()
    await mountOn(GroupView, props)
    const list = grid('Pending entries')
    await press(list, 'j', ' ', { key: 'ArrowDown', shiftKey: true }, { key: 'ArrowDown', shiftKey: true })
    expect(button(/^3 selected/)).toBeTruthy()
    await press(list, { key: 'C', shiftKey: true })
    expect(inputs(calls, 'recovery.plan')).toMatchObject([
      {
        selection: { kind: 'ids', ids: ['1620973121009-1', '1620973121009-2', '1620973121009-3'] },
        action: { kind: 'claim', to: 'worker-1' },
      },
    ])
    expect(inputs(calls, 'recovery.run')).toHaveLength(1)
    expect(button(/^Select/)).toBeTruthy()
  })

  it('acks what is ticked, and nothing when nothing is', async () => {
    const calls = fake()
    await mountOn(GroupView, props)
    const list = grid('Pending entries')
    await press(list, { key: 'A', shiftKey: true })
    expect(inputs(calls, 'recovery.plan')).toEqual([])
    await press(list, 'j', ' ', { key: 'A', shiftKey: true })
    expect(inputs(calls, 'recovery.plan')).toMatchObject([{ action: { kind: 'ack' } }])
  })

  it('narrows the list to the consumer that is opened', async () => {
    const calls = fake()
    await mountOn(GroupView, props)
    await press(grid('Consumers'), 'j', 'Enter')
    expect(inputs(calls, 'pending.page').at(-1)).toMatchObject({ consumer: 'worker-3' })
    expect(rowsOf('Pending entries of worker-3')).toHaveLength(4)
    expect(button('Reassign all 4 to worker-1')).toBeTruthy()
  })

  it('shows before it runs what a claim would change, and its commands', async () => {
    const calls = fake()
    await mountOn(GroupView, props)
    await press(grid('Pending entries'), 'j', ' ')
    button('Claim to worker-1: preview').click()
    await flushPromises()
    await expect.poll(() => document.querySelector('.plan-effect')?.textContent).toContain('Gives 1 entry to worker-1')
    expect(document.querySelector('.plan-effect table')?.textContent).toContain('worker-343worker-101')
    expect(document.querySelector('.warning-list')?.textContent).toContain('left out')
    expect(document.querySelector('.command-lines')?.textContent).toContain('XCLAIM orders billing worker-1')
    expect(inputs(calls, 'recovery.run')).toEqual([])
    button('Claim 1 entry').click()
    await flushPromises()
    expect(inputs(calls, 'recovery.run')).toEqual([{ connectionId: 'c1', planId: 'plan-1' }])
  })

  it('says why nothing can be changed on a read-only connection', async () => {
    const calls = fake()
    await mountOn(GroupView, props, { connection: { readOnly: true } })
    for (const name of ['Reassign worker-3', 'Claim to worker-1', 'Ack']) {
      const control = button(name)
      expect(control.getAttribute('aria-disabled')).toBe('true')
      expect(control.getAttribute('aria-description')).toBe('Local is read-only in Sluice')
      control.click()
    }
    await press(grid('Pending entries'), 'j', ' ', { key: 'C', shiftKey: true })
    expect(inputs(calls, 'recovery.plan')).toEqual([])
  })

  it('says what the server or its user lacks', async () => {
    fake()
    const capabilities = { xack: { available: false, reason: verbatim('The user lim may not run XACK') } }
    await mountOn(GroupView, props, { server: { capabilities: capabilities as never } })
    await press(grid('Pending entries'), 'j', ' ')
    expect(button('Ack').getAttribute('aria-description')).toBe('The user lim may not run XACK')
  })

  it('shows the consumers before it asks for what is pending', async () => {
    let answer: (list: readonly Consumer[]) => void = () => undefined
    const calls = fakeApi({
      group: { list: () => [group], consumers: () => new Promise((resolve) => (answer = resolve)) },
      pending: { summary: () => ({ total: 4, smallestId: null, greatestId: null, consumers: [] }), page: pageOfAll },
    })
    await mountOn(GroupView, props)
    expect(inputs(calls, 'pending.page')).toEqual([])
    answer(consumers)
    await flushPromises()
    expect(rowsOf('Consumers')).toHaveLength(3)
    expect(document.querySelector('[aria-label="Pending entries"]')).toBeNull()
    await expect.poll(() => rowsOf('Pending entries')).toHaveLength(4)
    expect(inputs(calls, 'pending.page')).toHaveLength(1)
  })

  it('shows what is pending where the consumers may not be read', async () => {
    const { ORPCError } = await import('@orpc/client')
    fakeApi({
      group: {
        list: () => [group],
        consumers: () => {
          throw new ORPCError('REDIS', {
            defined: true,
            data: { prefix: 'NOPERM', reply: 'NOPERM …', command: 'XINFO' },
          })
        },
      },
      pending: { summary: () => ({ total: 4, smallestId: null, greatestId: null, consumers: [] }), page: pageOfAll },
    })
    await mountOn(GroupView, props)
    expect(rowsOf('Pending entries')).toHaveLength(4)
  })

  it('says neither that nothing is pending nor that it loads when the pending list can’t be read', async () => {
    const { ORPCError } = await import('@orpc/client')
    fakeApi({
      group: { list: () => [group], consumers: () => consumers },
      pending: {
        summary: () => ({ total: 4, smallestId: null, greatestId: null, consumers: [] }),
        page: () => {
          throw new ORPCError('REDIS', {
            defined: true,
            data: { prefix: 'NOPERM', reply: 'NOPERM …', command: 'XPENDING' },
          })
        },
      },
    })
    await mountOn(GroupView, props)
    const panel = document.querySelector('.pending-panel')
    expect(panel?.querySelector('[role=alert]')).not.toBeNull()
    expect(panel?.textContent).not.toContain('Nothing is pending')
    expect(panel?.querySelector('.skeleton-rows')).toBeNull()
  })

  it('keeps what was read when the group is gone, and says so', async () => {
    const { ORPCError } = await import('@orpc/client')
    const { useRefreshBeat } = await import('../../../renderer/stores/refresh')
    fake()
    await mountOn(GroupView, props)
    const gone = (): never => {
      throw new ORPCError('NOT_FOUND', { defined: true, data: { what: 'group', name: 'billing' } })
    }
    fakeApi({ group: { list: () => [], consumers: gone }, pending: { page: gone, summary: gone } })
    useRefreshBeat().now()
    await flushPromises()
    expect(document.querySelector('[role=alert]')?.textContent).toContain('doesn’t exist')
    expect(rowsOf('Consumers')).toHaveLength(3)
    expect(rowsOf('Pending entries')).toHaveLength(4)
    expect(document.querySelector('.group-facts')?.textContent).toContain('Pending')
  })
})
