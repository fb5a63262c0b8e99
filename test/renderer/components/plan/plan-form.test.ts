// @vitest-environment happy-dom
import { message } from '../../../../shared/words/messages'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref, type Ref } from 'vue'
import PlanForm from '../../../../renderer/components/plan/PlanForm.vue'
import { usePlanForm, type PlanFormOf } from '../../../../renderer/components/plan/use-plan-form'
import type { Confirmed } from '../../../../renderer/components/plan/use-confirmation'
import type { Step } from '../../../../renderer/components/plan/use-planning'
import { useJobs } from '../../../../renderer/stores/jobs'
import type { Job } from '../../../../shared/model/job'
import { fakeApi } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

interface Plan {
  readonly of: string
}
type Answer = Plan | AsyncIterable<Step<Plan>>

const job: Job = {
  ...{ id: 'j1', kind: 'claim', connectionId: 'c1', key: 'orders', group: 'billing', to: null, state: 'running' },
  ...{ done: 0, total: 1, counts: { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 }, failures: [] },
  ...{ throttle: { paused: false, perSecond: null, heldBackBy: null }, startedAt: 0, endedAt: null, error: null },
  ...{ recordId: 'r1', undoable: true },
}
const stale = (): Error =>
  new ORPCError('STALE_PLAN', { defined: true, data: { planId: 'p', problem: message('plan.group-since') } })

interface World {
  readonly asked: Ref<string | null>
  readonly made: { readonly of: string; readonly signal: AbortSignal }[]
  readonly ran: (readonly [of: string, confirmed: Confirmed])[]
  readonly form: PlanFormOf<Plan>
  readonly remarks: () => readonly string[] | undefined
}
interface Ways {
  readonly make?: (of: string) => Answer | Promise<Answer>
  readonly run?: () => Promise<Job>
  readonly unseen?: () => Promise<Job>
  readonly dims?: boolean
  readonly isForGood?: boolean
  readonly production?: boolean
}

async function show({ make = (of) => ({ of }), run, unseen, dims, isForGood, production }: Ways = {}): Promise<World> {
  fakeApi({})
  const asked = ref<string | null>('first')
  const made: World['made'] = []
  const ran: World['ran'] = []
  let form: PlanFormOf<Plan> | null = null
  let jobs: ReturnType<typeof useJobs> | null = null
  const component = defineComponent(() => {
    jobs = useJobs()
    const mine = usePlanForm<string, Plan>({
      missing: () => (asked.value === null ? 'Say what' : null),
      input: () => asked.value,
      make: async (of, signal) => {
        made.push({ of, signal })
        return make(of)
      },
      whyNot: ({ of }) => (of === 'nothing' ? 'There is nothing to do' : null),
      forGood: () => (isForGood === true ? { connectionId: 'c1', key: 'orders' } : null),
      dims: dims ?? false,
      run: ({ of }, confirmed) => {
        ran.push([of, confirmed])
        return run ? run() : Promise.resolve(job)
      },
      ...(unseen ? { runUnseen: unseen } : {}),
      remarks: ({ of }, { state }) => [`of ${of}: ${state}`],
      done: () => (asked.value = null),
    })
    form = mine
    return () =>
      h(
        PlanForm<Plan>,
        { form: mine, runLabel: 'Go', stacked: true },
        { default: ({ plan }: { plan: Plan }) => plan.of },
      )
  })
  await mountOn(component, {}, { connection: { environment: production === true ? 'prod' : 'dev' } })
  await flushPromises()
  if (!form || !jobs) throw new Error('it was not set up')
  const store = jobs as ReturnType<typeof useJobs>
  return { asked, made, ran, form, remarks: () => store.remarks.get('j1')?.(job) }
}

const submit = async (): Promise<void> => {
  document.querySelector('.plan-form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
}
const view = (): string => document.querySelector('.plan-view')?.textContent.trim() ?? ''

afterEach(() => {
  document.body.innerHTML = ''
})
enableAutoUnmount(afterEach)

describe('a form over a plan', () => {
  it('shows what it would do, runs that very plan once, and hands on what to say of its job', async () => {
    const { ran, form, asked, remarks } = await show()
    expect(view()).toBe('first')
    await Promise.all([submit(), submit()])
    expect(ran).toEqual([['first', {}]])
    expect(remarks()).toEqual([`of first: ${job.state}`])
    // The caller was told that it is done.
    expect([asked.value, form.busy]).toEqual([null, false])
  })

  it('says what is missing, and why it can’t be run', async () => {
    const { asked, form, ran } = await show()
    asked.value = null
    await flushPromises()
    expect([view(), form.whyNot]).toEqual(['Say what to see what it would do.', 'Say what first'])
    asked.value = 'nothing'
    await expect.poll(view).toBe('nothing')
    expect(form.whyNot).toBe('There is nothing to do')
    await submit()
    expect(ran).toEqual([])
  })

  it('after a refusal shows why, and looks again at once: its plan may be of before', async () => {
    const { made, form } = await show({ run: () => Promise.reject(stale()) })
    await submit()
    expect(document.querySelector('[role=alert]')?.textContent).toContain('Things changed')
    expect(made.map(({ of }) => of)).toEqual(['first', 'first'])
    expect([view(), form.whyNot]).toEqual(['first', null])
  })

  it('a refusal goes with what it was of', async () => {
    const { asked } = await show({ run: () => Promise.reject(stale()) })
    await submit()
    asked.value = 'second'
    await expect.poll(view).toBe('second')
    expect(document.querySelector('[role=alert]')).toBeNull()
  })

  it('tells how far it has counted, can be stopped, and counts again', async () => {
    let go: (() => void) | null = null
    async function* count(): AsyncGenerator<Step<Plan>> {
      yield { state: 'reading', walked: 200, total: 900, matched: 7 }
      await new Promise<void>((resolve) => (go = resolve))
      yield { state: 'ready', plan: { of: 'counted' } }
    }
    const { made, form } = await show({ make: () => count() })
    expect(view()).toContain('Looked at 200 of about 900; 7 match so far')
    expect(form.whyNot).toBe('Still working out what it would do')
    button('Stop counting')?.click()
    await flushPromises()
    expect(made[0]?.signal.aborted).toBe(true)
    expect([view(), form.whyNot]).toEqual([
      'Counting was stopped. Nothing was changed.Count again',
      'It has to be counted first',
    ])
    button('Count again')?.click()
    await flushPromises()
    ;(go as (() => void) | null)?.()
    await expect.poll(view).toBe('counted')
  })

  it('of an answer that was overtaken nothing is shown', async () => {
    let answer: ((plan: Plan) => void) | null = null
    const make = (of: string): Answer | Promise<Answer> =>
      of === 'first' ? new Promise<Plan>((resolve) => (answer = resolve)) : { of }
    const { asked, made } = await show({ make })
    asked.value = 'second'
    await expect.poll(view).toBe('second')
    ;(answer as ((plan: Plan) => void) | null)?.({ of: 'first' })
    await flushPromises()
    expect([made[0]?.signal.aborted, view()]).toEqual([true, 'second'])
  })

  it.each([
    [true, 'first', true],
    [false, 'Working out what it would do…', false],
  ])('while the next one is made, dims the last one if it is to (%s)', async (dims, words, isStale) => {
    const make = (of: string): Answer | Promise<Answer> =>
      of === 'first' ? { of } : new Promise<Plan>(() => undefined)
    const { asked, made, ran, form } = await show({ dims, make })
    asked.value = 'second'
    await expect.poll(() => made.length).toBe(2)
    expect([view(), document.querySelector('.plan-view.stale') !== null]).toEqual([words, isStale])
    await submit()
    expect([ran, form.whyNot]).toEqual([[], 'Still working out what it would do'])
  })

  it('says why nothing can be told, and tries again', async () => {
    let isBroken = true
    const make = (of: string): Plan => {
      if (isBroken) throw stale()
      return { of }
    }
    const { form } = await show({ make })
    expect(form.whyNot).toBe('It can’t be said what it would do')
    isBroken = false
    button('Try again')?.click()
    await expect.poll(view).toBe('first')
    expect(document.querySelector('[role=alert]')).toBeNull()
  })

  it('runs without a look where that is possible, but not while it looks', async () => {
    let unseen = 0
    let refuse: ((error: Error) => void) | null = null
    const make = (): Promise<Plan> => new Promise((_resolve, reject) => (refuse = reject))
    const { ran } = await show({ make, unseen: () => Promise.resolve({ ...job, id: `j${++unseen}` }) })
    await submit()
    expect(unseen).toBe(0)
    ;(refuse as ((error: Error) => void) | null)?.(stale())
    await flushPromises()
    await submit()
    expect([unseen, ran]).toEqual([1, []])
  })

  it.each([
    ['for good on production', true, true, 'orders'],
    ['for good elsewhere', true, false, null],
    ['of what can be undone', false, true, null],
  ])('asks for the stream’s name: %s', async (_case, isForGood, production, wanted) => {
    const { ran, form } = await show({ isForGood, production })
    expect(form.nameWanted).toBe(wanted)
    await submit()
    if (wanted === null) return expect(ran).toEqual([['first', {}]])
    expect(ran).toEqual([])
    const field = document.querySelector('input')
    if (!field) throw new Error('there is no field for the name')
    for (const [name, runs] of [
      ['order', 0],
      ['orders', 1],
    ] as const) {
      field.value = name
      field.dispatchEvent(new Event('input'))
      await flushPromises()
      await submit()
      expect(ran).toHaveLength(runs)
    }
    expect(ran).toEqual([['first', { confirmation: 'orders' }]])
  })
})

describe('a preview that is left open', () => {
  afterEach(() => void vi.useRealTimers())
  const minutes = async (count: number): Promise<void> => {
    await vi.advanceTimersByTimeAsync(count * 60_000)
    await flushPromises()
  }

  it('is made once more, and stands until the new one is there', async () => {
    vi.useFakeTimers()
    let turn = 0
    const held: (() => void)[] = []
    const make = (): Promise<Answer> =>
      new Promise((done) => {
        const of = `turn ${(turn += 1)}`
        if (turn === 1) done({ of })
        else held.push(() => done({ of }))
      })
    const { form, ran } = await show({ make })
    expect(form.plan).toEqual({ of: 'turn 1' })
    await minutes(1)
    expect(held).toHaveLength(1)
    expect([form.plan, form.whyNot]).toEqual([{ of: 'turn 1' }, null])
    held[0]?.()
    await flushPromises()
    expect(form.plan).toEqual({ of: 'turn 2' })
    // Not by the click that was meant for the one before.
    await form.run()
    expect([ran, form.whyNot]).toEqual([[], expect.stringContaining('just changed')])
    await vi.advanceTimersByTimeAsync(1_500)
    await form.run()
    expect(ran).toEqual([['turn 2', {}]])
  })

  it('is run at once where the new one says the same', async () => {
    vi.useFakeTimers()
    const { form, made, ran } = await show()
    await vi.advanceTimersByTimeAsync(30_001)
    expect(made).toHaveLength(2)
    await form.run()
    expect(ran).toEqual([['first', {}]])
  })

  it('stands as it is while its name is typed on production', async () => {
    vi.useFakeTimers()
    const { form, made } = await show({ isForGood: true, production: true })
    form.typeName('ord')
    await minutes(5)
    expect(made).toHaveLength(1)
    form.typeName('')
    await minutes(1)
    expect(made.length).toBeGreaterThan(1)
  })

  it('stands where nobody can be reached just then, and is made once somebody can', async () => {
    vi.useFakeTimers()
    const out = new ORPCError('UNREACHABLE', { defined: true, data: { endpoint: 'e', reason: 'closed' } })
    let turn = 0
    const { form } = await show({
      make: () => ((turn += 1) === 2 ? Promise.reject(out) : { of: `turn ${turn}` }),
    })
    await vi.advanceTimersByTimeAsync(30_001)
    expect([turn, form.plan, form.error]).toEqual([2, { of: 'turn 1' }, null])
    await vi.advanceTimersByTimeAsync(30_001)
    expect(form.plan).toEqual({ of: 'turn 3' })
  })

  it('says so where it can’t be made any more, and then nothing is run', async () => {
    vi.useFakeTimers()
    let turn = 0
    const { form, ran } = await show({ make: (of) => ((turn += 1) === 1 ? { of } : Promise.reject(stale())) })
    await minutes(1)
    expect([form.plan, form.state]).toEqual([null, 'failed'])
    await form.run()
    expect(ran).toEqual([])
  })

  it('is not while nobody sees the page, nor once it was left', async () => {
    vi.useFakeTimers()
    const sight = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    const { asked, made } = await show()
    await minutes(5)
    expect(made).toHaveLength(1)
    sight.mockRestore()
    await minutes(1)
    expect(made.length).toBeGreaterThan(1)
    asked.value = null
    await flushPromises()
    const before = made.length
    await minutes(5)
    expect(made).toHaveLength(before)
  })

  it('is of what is asked for now', async () => {
    vi.useFakeTimers()
    const { asked, made } = await show()
    asked.value = 'second'
    await minutes(1)
    expect(made.filter(({ of }) => of === 'first')).toHaveLength(1)
  })
})
