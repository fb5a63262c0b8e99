// @vitest-environment happy-dom
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import GroupChangeDialog from '../../../renderer/components/group-change/GroupChangeDialog.vue'
import type { Consumer } from '../../../shared/model/group'
import type { GroupChange, GroupChangePlan } from '../../../shared/model/group-change'
import { fakeApi, type Call } from '../helpers/fake-api'
import { mountOn } from '../helpers/mount-view'
import { words } from '../../../shared/words/words'
import { verbatim } from '../../../shared/words/messages'

const { consequences } = words.groupChange

const target = { connectionId: 'c1', key: 'orders', group: 'billing' }
const consumers: Consumer[] = [
  { name: 'busy', pending: 4, idleMs: 1, inactiveMs: null, oldestIdleMs: null, health: 'active' },
  { name: 'idler', pending: 0, idleMs: 9e6, inactiveMs: null, oldestIdleMs: null, health: 'idle' },
]
const standing = {
  lastDeliveredId: '5-0',
  beyondEnd: null,
  entriesRead: 5,
  lag: { value: 5, kind: 'exact' as const },
  pending: 4,
  consumers: 2,
}

function planFor(change: GroupChange, more: Partial<GroupChangePlan> = {}): GroupChangePlan {
  return {
    id: 'p1',
    ...target,
    change,
    before: standing,
    after: change.kind === 'destroy group' ? null : standing,
    delivers: { value: 0, kind: 'exact' },
    skips: { value: 0, kind: 'exact' },
    ...(change.kind === 'destroy group' ? { gone: 0 } : {}),
    blocked: null,
    undo: { possible: true, note: verbatim('Sets the former id again.') },
    commands: ['XGROUP …'],
    ...more,
  }
}

const inputs = (calls: readonly Call[], name: string): unknown[] =>
  calls.filter((call) => call.name === name).map(({ input }) => input)

async function submit(): Promise<void> {
  document.querySelector('.plan-form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
}

describe('what a change of a group means', () => {
  it('tells what comes once more and what is skipped, as far as it was counted', () => {
    const change: GroupChange = { kind: 'set id', to: '2-0' }
    expect(consequences(planFor(change, { delivers: { value: 3, kind: 'exact' } }))[0]).toBe(
      '3 entries will be delivered once more, to whoever reads next.',
    )
    expect(consequences(planFor(change, { skips: { value: 10_000, kind: 'atLeast' } }))).toEqual([
      'At least 10\u202f000 entries will never be delivered to this group.',
    ])
    expect(consequences(planFor(change))).toEqual(['No entry is skipped, and none comes twice.'])
  })

  it('warns of a position that the stream has not reached', () => {
    const after = { ...standing, lastDeliveredId: '99-0', beyondEnd: '10-0' }
    const told = consequences(planFor({ kind: 'set id', to: '99-0' }, { after }))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('The last id that the stream has generated is 10-0')
  })

  it('tells what is forgotten with a group', () => {
    const plan = planFor({ kind: 'destroy group' }, { skips: { value: 1, kind: 'exact' }, acks: 104 })
    expect(consequences(plan)).toEqual([
      '4 pending entries will be acked and forgotten.',
      'What it is given until then is acked as well, up to 100 entries; beyond that nothing more is, and the group stays.',
      '1 entry it never read: nobody gets them through this group.',
    ])
  })

  it('tells nothing where nothing is', () => {
    expect(consequences(planFor({ kind: 'remove consumer', consumer: 'idler' }))).toEqual([])
  })
})

describe('the dialog', () => {
  let mounted: VueWrapper | null = null
  afterEach(() => {
    mounted?.unmount()
    mounted = null
  })

  async function open(kind: GroupChange['kind'], environment: 'dev' | 'prod' = 'dev'): Promise<void> {
    const props = reactive<Record<string, unknown>>({ kind: null, target, consumers })
    mounted = await mountOn(GroupChangeDialog, props, { connection: { environment } })
    props['kind'] = kind
    await flushPromises()
  }

  it('runs the plan that it shows', async () => {
    const calls = fakeApi({
      group: { planChange: ({ change }: { change: GroupChange }) => planFor(change), change: () => ({ id: 'job' }) },
    })
    await open('set id')
    await submit()
    expect(inputs(calls, 'group.planChange')).toMatchObject([{ change: { kind: 'set id', to: '$' } }])
    expect(inputs(calls, 'group.change')).toEqual([{ ...target, planId: 'p1' }])
  })

  it('begins with a consumer that can be removed', async () => {
    const calls = fakeApi({ group: { planChange: ({ change }: { change: GroupChange }) => planFor(change) } })
    await open('remove consumer')
    expect(inputs(calls, 'group.planChange')).toMatchObject([{ change: { consumer: 'idler' } }])
  })

  it('offers nothing where the plan says that it can’t be', async () => {
    const blocked = 'busy holds 4 pending entries.'
    const calls = fakeApi({
      group: { planChange: ({ change }: { change: GroupChange }) => planFor(change, { blocked: verbatim(blocked) }) },
    })
    await open('remove consumer')
    expect(document.body.textContent).toContain(blocked)
    await submit()
    expect(inputs(calls, 'group.change')).toEqual([])
  })

  it('says why nothing can be planned', async () => {
    const gone = new ORPCError('NOT_FOUND', {
      defined: true,
      message: 'There is no group billing (any more).',
      data: { what: 'group', name: 'billing' },
    })
    const calls = fakeApi({ group: { planChange: () => Promise.reject(gone) } })
    await open('destroy group')
    expect(document.querySelector('[role=alert]')).not.toBeNull()
    await submit()
    expect(inputs(calls, 'group.change')).toEqual([])
  })

  it.each([
    ['destroy group', 'orders', 'billing'],
    ['remove consumer', 'billing', 'idler'],
  ] as const)('%s on production: asks for the name of what goes, and sends it', async (kind, wrong, right) => {
    const calls = fakeApi({
      group: { planChange: ({ change }: { change: GroupChange }) => planFor(change), change: () => ({ id: 'job' }) },
    })
    await open(kind, 'prod')
    const field = [...document.querySelectorAll('input')].at(-1)
    if (!field) throw new Error('there is no field for the name')
    for (const name of ['', wrong, right]) {
      field.value = name
      field.dispatchEvent(new Event('input'))
      await flushPromises()
      await submit()
      if (name !== right) expect(inputs(calls, 'group.change')).toEqual([])
    }
    expect(inputs(calls, 'group.change')).toEqual([{ ...target, planId: 'p1', confirmation: right }])
  })
})
