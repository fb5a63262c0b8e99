// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Job } from '../../../shared/model/job'
import type { RecoveryPlan } from '../../../shared/model/plan'
import type { MonitoringEvent } from '../../../shared/model/monitoring'
import type { DiscoveryEvent, GroupSummary, StreamSummary } from '../../../shared/model/stream'
import SideBar from '../../../renderer/components/frame/SideBar.vue'
import ToastStack from '../../../renderer/components/frame/ToastStack.vue'
import TriageView from '../../../renderer/views/TriageView.vue'
import { useTabs } from '../../../renderer/stores/tabs'
import { events, fakeApi, type Call } from '../helpers/fake-api'
import { monitored } from '../helpers/monitored'
import { button, mountOn } from '../helpers/mount-view'
import type { VanishedGroup } from '../../../shared/judgement/vanished'
import { message } from '../../../shared/words/messages'

const calm: GroupSummary = {
  name: 'shipping',
  consumers: 2,
  pending: 0,
  lastDeliveredId: '1620973121009-4',
  beyondEnd: null,
  entriesRead: 4,
  lag: { value: null, kind: 'unknown' },
  oldestPendingId: null,
  oldestIdleMs: null,
  mostDeliveries: 1,
  unread: { firstId: null },
  ...{ stuck: null, stuckPending: null, worstStuck: null },
  active: null,
  stalled: null,
  stalledPending: null,
  worst: null,
}
const stuck: GroupSummary = {
  ...calm,
  name: 'billing',
  consumers: 4,
  pending: 1_204,
  oldestPendingId: '1620973121009-1',
  active: 3,
  stalled: 1,
  stalledPending: 1_204,
  worst: { name: 'worker-3', pending: 1_204, idleMs: 2_400_000 },
}
const summaries: readonly StreamSummary[] = [
  {
    key: 'ncc:checkins',
    length: 3,
    groups: [calm],
    moreGroups: 0,
    ...{ entriesAdded: null, memoryBytes: null },
    lastId: '1620973121009-4',
    atMs: 1_620_973_200_000,
    large: false,
    error: null,
  },
  {
    key: 'orders',
    length: 9,
    groups: [calm, stuck],
    moreGroups: 0,
    ...{ entriesAdded: null, memoryBytes: null },
    lastId: '1620973121009-4',
    atMs: 1_620_973_200_000,
    large: false,
    error: null,
  },
]
const found: DiscoveryEvent = {
  state: 'done',
  scanned: 2,
  total: 2,
  found: 2,
  keys: summaries.map(({ key }) => key),
  error: null,
}
const job: Job = {
  id: 'j1',
  kind: 'claim',
  connectionId: 'c1',
  key: 'orders',
  group: 'billing',
  to: 'worker-1',
  state: 'done',
  done: 1_204,
  total: 1_204,
  counts: { changed: 1_192, leftAlone: 9, gone: 3, dropped: 0, unknown: 0 },
  throttle: { paused: false, perSecond: null, heldBackBy: null },
  failures: [],
  startedAt: 0,
  endedAt: 1,
  error: null,
  recordId: 'r1',
  undoable: true,
}

function plan(input: Pick<RecoveryPlan, 'key' | 'group' | 'selection' | 'action'>): RecoveryPlan {
  return {
    id: 'p1',
    connectionId: 'c1',
    ...input,
    entries: 1_204,
    changes: 1_204,
    drops: 0,
    gone: 3,
    notPending: 0,
    consumers: [],
    oldestId: null,
    mostDeliveries: 1,
    warnings: ['consumer-active', 'gone-from-stream'],
    otherGroups: [],
    guard: { atomic: true, note: message('guard.claim-by-script') },
    undo: { possible: true, note: message('undo.claim') },
    notes: [],
    commands: [],
  }
}

const frame = defineComponent({ render: () => [h(SideBar), h(TriageView), h(ToastStack)] })

/** `agoMs`: by the server's clock, when its streams were read. */
async function show(
  surroundings: Parameters<typeof mountOn>[2] = {},
  agoMs = 0,
  {
    told: read = summaries,
    until = 'worker-3',
    lost = [] as readonly VanishedGroup[],
    snoozed = 0,
    isJudged = true,
  } = {},
): Promise<readonly Call[]> {
  const clock = { kind: 'clock', serverNowMs: 1_620_973_200_000 + agoMs } as const
  const calls = fakeApi({
    stream: {
      discover: (_input, options) => events([{ ...found, keys: read.map(({ key }) => key) }], options?.signal),
    },
    monitoring: {
      watch: (_input, options) => {
        const told = monitored(read, lost, 'w1', snoozed)
        const isTold = ({ kind }: MonitoringEvent): boolean => isJudged || (kind !== 'findings' && kind !== 'judged')
        return events([clock, ...told.filter(isTold)], options?.signal)
      },
      show: () => undefined,
      giveWay: () => undefined,
    },
    recovery: { plan, run: () => job, undo: () => ({ ...job, id: 'j2', kind: 'undo', to: null, undoable: false }) },
  })
  await mountOn(frame, {}, surroundings)
  await vi.waitFor(() => expect(document.body.textContent).toContain(until))
  return calls
}

const text = (): string => document.body.textContent.replace(/\s+/g, ' ')

enableAutoUnmount(afterEach)

describe('the home screen', () => {
  it('says what is wrong, with its evidence, and lists every group with the worst first', async () => {
    await show()
    expect(text()).toContain('worker-3 holds 1 204 entries of orders / billing and was last seen 40 min ago.')
    expect(text()).toContain('3 active consumers')
    const rows = [...document.querySelectorAll('[role=grid] [role=row]')].map((row) => row.textContent)
    expect(rows[1]).toContain('billing')
    expect(rows).toHaveLength(4)
    expect(text()).toContain('unknown')
  })

  it('never calls streams that are gone, or refused, streams without groups', async () => {
    const gone = { code: 'NOT_FOUND', data: { what: 'stream', name: 'x' } }
    const denied = { code: 'REDIS', data: { command: 'XINFO', prefix: 'NOPERM', reply: 'NOPERM no' } }
    const unread = (error: StreamSummary['error']) =>
      summaries.map((each): StreamSummary => ({ ...each, groups: [], lastId: null, atMs: null, error }))
    await show({}, 0, { told: unread(gone), until: 'No group could be read' })
    expect(text()).toContain('2 streams are gone')
    expect(text()).toContain('2 streams that the scan found are not there any more.')
    expect(text()).not.toContain('Nobody reads them')
    document.body.innerHTML = ''
    await show({}, 0, { told: unread(denied), until: 'No group could be read' })
    expect(text()).toContain('Of 2 streams 2 could not be read.')
    expect(text()).not.toContain('Nobody reads them')
  })

  it('does not call it all but what is snoozed where of a group something is not known', async () => {
    const [checkins] = summaries
    const told = (group: GroupSummary): readonly StreamSummary[] => (checkins ? [{ ...checkins, groups: [group] }] : [])
    await show({}, 0, { told: told(calm), until: 'Nothing needs a look but what is snoozed', snoozed: 1 })
    document.body.innerHTML = ''
    const until = 'Nothing found, not all is known'
    await show({}, 0, { told: told({ ...calm, unread: null }), until, snoozed: 1 })
    expect(text()).toContain('Of 1 group something is not known')
    expect(text()).not.toContain('Nothing needs a look')
  })

  it.each([
    ['fine', [calm]],
    ['partly known', [{ ...calm, unread: null }]],
    ['bad', [stuck]],
  ])(
    'calls nothing fine, or not found, before what it read was judged: of streams that are %s',
    async (_what, groups) => {
      const read = summaries.map((each): StreamSummary => ({ ...each, groups }))
      await show({}, 0, { told: read, until: '2 streams · 2 groups', isJudged: false })
      expect(text()).toContain('Looking')
      for (const claim of ['Nothing needs a look', 'Nothing found', 'something is not known']) {
        expect(text()).not.toContain(claim)
      }
    },
  )

  it('tells what is wrong also where no stream is left', async () => {
    const lost = {
      key: 'orders',
      group: 'billing',
      withStream: true,
      consumers: 4,
      pending: 7,
      lastDeliveredId: '1-1',
      sinceMs: 0,
    }
    await show({}, 0, { told: [], until: '1 finding', lost: [lost] })
    expect(document.querySelectorAll('[data-test=finding-vanished]')).toHaveLength(1)
    expect(text()).toContain('orders was there with billing, and is gone.')
    expect(text()).toContain('No streams in this database')
  })

  it('says that there are no groups where all was read', async () => {
    await show({}, 0, { told: summaries.map((each) => ({ ...each, groups: [] })), until: 'Nobody reads them' })
    expect(text()).toContain('No groups on these streams')
  })

  it('tells how old figures are that were read more than a minute ago by the server’s clock', async () => {
    await show({}, 750_000)
    const ages = [...document.querySelectorAll('[data-test=figure-age]')].map((age) =>
      age.textContent.replace(/\s/g, ' '),
    )
    expect(ages).toContain('12 min old')
    expect(ages).toContain('as read 12 min ago')
    expect(document.querySelector('[role=treeitem] [data-test=figure-age]')).not.toBeNull()
    expect(document.querySelector('[role=treeitem]')?.getAttribute('title')).toMatch(/were read 12\smin ago/)
  })

  it('tells no age of figures that were read just now, whatever this machine’s clock says', async () => {
    await show()
    expect(document.querySelectorAll('[data-test=figure-age]')).toHaveLength(0)
  })

  it('reassigns in one click, tells what was done, and takes it back', async () => {
    const calls = await show()
    button('Reassign').click()
    await flushPromises()
    const asked = calls.filter(({ name }) => name.startsWith('recovery'))
    expect(asked).toEqual([
      {
        name: 'recovery.plan',
        input: {
          connectionId: 'c1',
          key: 'orders',
          group: 'billing',
          selection: { kind: 'consumer', consumer: 'worker-3' },
          action: { kind: 'claim', to: null, includeGone: false },
        },
      },
      { name: 'recovery.run', input: { connectionId: 'c1', planId: 'p1' } },
    ])
    expect(text()).toContain('Claimed 1 192 of 1 204 entries for worker-1')
    expect(text()).toContain(
      '9 moved meanwhile and were left alone, or were there already; 3 no longer exist in the stream and were left out.',
    )
    expect(text()).toContain('The holder was seen just now')
    button('Undo').click()
    await flushPromises()
    expect(calls).toContainEqual({ name: 'recovery.undo', input: { connectionId: 'c1', recordId: 'r1' } })
    expect(text()).toContain('Gave back 1 192 of 1 204 entries')
  })

  it('offers no change on a read-only connection, and says why', async () => {
    const calls = await show({ connection: { readOnly: true } })
    expect(button('Reassign').getAttribute('aria-disabled')).toBe('true')
    button('Reassign').click()
    await flushPromises()
    expect(calls.some(({ name }) => name.startsWith('recovery'))).toBe(false)
  })

  it('opens a group from its row and a stream from the tree', async () => {
    await show()
    const row = [...document.querySelectorAll<HTMLElement>('[role=grid] [role=row]')][1]
    row?.click()
    await flushPromises()
    expect(useTabs().active).toEqual({ kind: 'group', key: 'orders', group: 'billing' })
    const leaf = [...document.querySelectorAll<HTMLElement>('[role=treeitem]')].find((one) =>
      one.textContent.includes('ncc:checkins'),
    )
    leaf?.click()
    expect(useTabs().active).toEqual({ kind: 'stream', key: 'ncc:checkins' })
  })

  it('filters the tree, and says when nothing matches', async () => {
    await show()
    const input = document.querySelector<HTMLInputElement>('input[type=search]')
    if (!input) throw new Error('no filter')
    input.value = 'nothing like it'
    input.dispatchEvent(new Event('input'))
    await flushPromises()
    expect(text()).toContain('No stream matches')
    expect(document.querySelectorAll('[role=treeitem]')).toHaveLength(0)
  })
})
