// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import MakePendingDialog from '../../../renderer/components/group-change/MakePendingDialog.vue'
import { readIds } from '../../../renderer/components/group-change/read-ids'
import { useMakePendingDialog } from '../../../renderer/composables/use-make-pending-dialog'
import type { GroupChange, GroupChangePlan } from '../../../shared/model/group-change'
import { bytesKey } from '../../../shared/bytes'
import { verbatim } from '../../../shared/words/messages'
import { words } from '../../../shared/words/words'
import { fakeApi, type Call } from '../helpers/fake-api'
import { mountOn } from '../helpers/mount-view'

const target = { connectionId: 'c1', key: 'orders', group: 'billing' }
const standing = {
  lastDeliveredId: '9-0',
  beyondEnd: null,
  entriesRead: 9,
  lag: { value: 0, kind: 'exact' as const },
  pending: 0,
  consumers: 1,
}

type Change = Extract<GroupChange, { kind: 'make pending' }>

function planFor(change: Change, more: Partial<GroupChangePlan> = {}): GroupChangePlan {
  return {
    id: 'p1',
    ...target,
    change,
    made: { entries: change.ids.length, pending: 0, unread: 0, gone: 0 },
    before: standing,
    after: { ...standing, pending: change.ids.length },
    delivers: { value: 0, kind: 'exact' },
    skips: { value: 0, kind: 'exact' },
    blocked: null,
    undo: { possible: true, note: verbatim('Acks them again.') },
    commands: ['XCLAIM …'],
    ...more,
  }
}

const inputs = (calls: readonly Call[], name: string): unknown[] =>
  calls.filter((call) => call.name === name).map(({ input }) => input)

const consumers = [
  { name: 'carol', pending: 0, idleMs: 1, inactiveMs: null, oldestIdleMs: null, health: 'active' as const },
]
let mounted: VueWrapper | null = null

async function open(ids: readonly string[]): Promise<void> {
  mounted = await mountOn(MakePendingDialog, {})
  useMakePendingDialog().subject.value = { target, ids }
  await flushPromises()
}

async function write(selector: string, value: string, event = 'input'): Promise<void> {
  const field = document.querySelector<HTMLInputElement>(selector)
  if (!field) throw new Error(`there is no ${selector}`)
  field.value = value
  field.dispatchEvent(new Event(event))
  await flushPromises()
}

/** Chooses who gets them, and waits until that was planned. */
async function choose(calls: readonly Call[]): Promise<void> {
  await write('select', bytesKey('carol'), 'change')
  await expect.poll(() => inputs(calls, 'group.planChange')).toHaveLength(1)
  await flushPromises()
}

async function submit(): Promise<void> {
  document.querySelector('.plan-form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
}

afterEach(() => {
  useMakePendingDialog().subject.value = null
  mounted?.unmount()
  document.body.innerHTML = ''
})

describe('ids in a text', () => {
  it.each([
    ['1-0', ['1-0']],
    ['1-0\n2-0\r\n3-0', ['1-0', '2-0', '3-0']],
    [' 1-0, 2-0;3-0 ', ['1-0', '2-0', '3-0']],
    ['"1-0" \'2-0\'', ['1-0', '2-0']],
    ['1-0 1-0', ['1-0']],
    ['', []],
    [' \n', []],
  ])('of %j are %j', (text, ids) => {
    expect(readIds(text)).toEqual({ ids, problem: null })
  })

  it.each(['soon', '1', '1-', '1-0-0', '-1-0', '01-0', '1-0 x', '18446744073709551616-0', '1–0'])(
    'of %j are none, and it says which is wrong',
    (text) => {
      const { ids, problem } = readIds(text)
      expect(ids).toEqual([])
      expect(problem).toContain('is no id')
    },
  )

  it('are 500 at most', () => {
    const many = Array.from({ length: 501 }, (_, at) => `${at + 1}-0`)
    expect(readIds(many.slice(1).join(' ')).problem).toBeNull()
    expect(readIds(many.join(' ')).problem).toContain('500')
  })
})

describe('the dialog that makes entries pending', () => {
  const answers = (more: Partial<GroupChangePlan> = {}) =>
    fakeApi({
      group: {
        consumers: () => consumers,
        planChange: ({ change }: { change: Change }) => planFor(change, more),
        change: () => ({ id: 'job' }),
      },
    })

  it('asks for who gets them before anything is planned', async () => {
    const calls = answers()
    await open(['3-0'])
    await submit()
    expect(inputs(calls, 'group.planChange')).toEqual([])
    expect(inputs(calls, 'group.change')).toEqual([])
    expect(document.body.textContent).toContain('Choose the consumer')
  })

  it('plans what was chosen, says what it means, and runs that plan', async () => {
    const calls = answers({ made: { entries: 2, pending: 1, unread: 0, gone: 4 } })
    await open(['3-0', '4-0'])
    await choose(calls)
    expect(inputs(calls, 'group.planChange')).toEqual([
      { ...target, change: { kind: 'make pending', consumer: 'carol', ids: ['3-0', '4-0'] } },
    ])
    expect(document.body.textContent).toContain('2 entries become pending with carol')
    expect(document.body.textContent).toContain('Left alone: 1 pending already, 4 not in the stream.')
    await submit()
    expect(inputs(calls, 'group.change')).toEqual([{ ...target, planId: 'p1' }])
  })

  it('takes ids as they are pasted, and none while one of them is wrong', async () => {
    const calls = answers()
    await open([])
    await write('select', bytesKey('carol'), 'change')
    await write('textarea', '3-0\n4-0 soon')
    expect(inputs(calls, 'group.planChange')).toEqual([])
    expect(document.body.textContent).toContain('soon is no id')
    await write('textarea', '3-0\n4-0')
    await expect.poll(() => inputs(calls, 'group.planChange')).toMatchObject([{ change: { ids: ['3-0', '4-0'] } }])
  })

  it('runs nothing where none of them can be', async () => {
    const calls = answers({ blocked: verbatim('None of them can be made pending.') })
    await open(['3-0'])
    await choose(calls)
    expect(document.body.textContent).toContain('None of them can be made pending.')
    await submit()
    expect(inputs(calls, 'group.change')).toEqual([])
  })

  it('says why nothing can be planned', async () => {
    const gone = new ORPCError('NOT_FOUND', {
      defined: true,
      message: 'There is no group billing (any more).',
      data: { what: 'group', name: 'billing' },
    })
    const calls = fakeApi({ group: { consumers: () => consumers, planChange: () => Promise.reject(gone) } })
    await open(['3-0'])
    await choose(calls)
    expect(document.querySelector('[role=alert]')).not.toBeNull()
    await submit()
    expect(inputs(calls, 'group.change')).toEqual([])
  })
})

describe('an undo of it', () => {
  it('acks, and gives nothing back', () => {
    const plan = { recordId: 'r', entries: 2, leftAlone: 1, gone: 0, consumers: [], note: verbatim('') }
    expect(words.recovery.undoing({ ...plan, acks: true })).toBe('Would ack 2 entries again; 1 moved since and stays')
    expect(words.recovery.undoing(plan)).toContain('Would give back 2 entries')
  })
})
