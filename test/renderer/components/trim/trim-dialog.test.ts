// @vitest-environment happy-dom
import { message } from '../../../../shared/words/messages'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it } from 'vitest'
import TrimDialog from '../../../../renderer/components/trim/TrimDialog.vue'
import type { Job } from '../../../../shared/model/job'
import type { TrimPlan } from '../../../../shared/model/trim-plan'
import { fakeApi, type Call } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

const target = { connectionId: 'c1', key: 'orders' }

type Wanted = Pick<TrimPlan, 'strategy' | 'approximate' | 'limit'>

function planFor(wanted: Wanted): TrimPlan {
  const removes = wanted.strategy.kind === 'maxlen' ? Math.max(0, 20_000 - wanted.strategy.maxlen) : 500
  return {
    id: `plan-${removes}`,
    connectionId: 'c1',
    key: 'orders',
    ...wanted,
    length: 20_000,
    removes: { value: removes, certainty: wanted.approximate ? 'atMost' : 'exact' },
    firstKept: '1620973121009-0',
    groups: [
      { name: 'billing', pending: { value: 310, certainty: 'exact' }, unread: { value: 0, certainty: 'exact' } },
      { name: 'audit', pending: { value: 0, certainty: 'exact' }, unread: { value: 88, certainty: 'exact' } },
    ],
    commands: removes === 0 ? [] : ['XTRIM orders MINID ~ 1620973121009-0 LIMIT 10000'],
  }
}

const job: Job = {
  id: 'job-1',
  kind: 'trim',
  connectionId: 'c1',
  key: 'orders',
  group: null,
  to: null,
  state: 'running',
  done: 0,
  total: 1,
  counts: { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 },
  throttle: { paused: false, perSecond: null, heldBackBy: null },
  failures: [],
  startedAt: 0,
  endedAt: null,
  error: null,
  recordId: 'r1',
  undoable: false,
}

function fake(
  run: () => Job = () => job,
  plan: (wanted: Wanted) => TrimPlan | Promise<TrimPlan> = planFor,
): readonly Call[] {
  return fakeApi({ trim: { plan, run } })
}

async function type(input: HTMLInputElement | undefined | null, text: string): Promise<void> {
  if (!input) throw new Error('no such field')
  input.value = text
  input.dispatchEvent(new Event('input'))
  await flushPromises()
}

function field(label: RegExp): HTMLInputElement | undefined {
  const found = [...document.querySelectorAll('label')].find((one) => label.test(one.textContent))
  return found ? (document.getElementById(found.htmlFor) as HTMLInputElement) : undefined
}

const effect = (): string => document.querySelector('.trim-effect')?.textContent.replace(/\s+/g, ' ') ?? ''
const submit = async (): Promise<void> => {
  document.querySelector('.plan-form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
}

afterEach(() => {
  document.body.innerHTML = ''
})
// Before the page is emptied: what is done last is undone first.
enableAutoUnmount(afterEach)

describe('trimming', () => {
  it('shows what goes and who loses by it before anything is sent', async () => {
    const calls = fake()
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await type(field(/How many/), '1 000')
    await expect.poll(effect).toContain('Removes at most 19 000 of 20 000 entries')
    expect(effect()).toContain('at least 1 000')
    expect(effect()).toMatch(/billing ?310/)
    expect(effect()).toMatch(/audit ?0 ?88/)
    expect(button('Remove at most 19 000 entries')).toBeTruthy()
    expect(calls.some(({ name }) => name === 'trim.run')).toBe(false)
  })

  it('saves a backup unless told not to', async () => {
    const calls = fake()
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await type(field(/How many/), '1000')
    await expect.poll(effect).toMatch(/Removes .*19.000/)
    await submit()
    expect(calls.find(({ name }) => name === 'trim.run')?.input).toEqual({
      ...target,
      planId: 'plan-19000',
      backup: true,
    })
  })

  it('goes by time, too', async () => {
    const calls = fake()
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    const keep = field(/^Keep/) as unknown as HTMLSelectElement
    keep.value = 'minid'
    keep.dispatchEvent(new Event('change'))
    await flushPromises()
    await type(field(/^From/), '2021-05-15T06:55Z')
    await expect.poll(effect).toContain('Removes')
    expect(calls.find(({ name }) => name === 'trim.plan')?.input).toMatchObject({
      strategy: { kind: 'minid', minid: '1621061700000-0' },
      approximate: true,
      limit: 10_000,
    })
  })

  it('asks for the stream’s name on a production connection', async () => {
    const calls = fake()
    await mountOn(TrimDialog, { open: true, target, length: 20_000 }, { connection: { environment: 'prod' } })
    await type(field(/How many/), '1000')
    await expect.poll(effect).toMatch(/Removes .*19.000/)
    await submit()
    expect(calls.some(({ name }) => name === 'trim.run')).toBe(false)
    await type(field(/Production/), 'orders')
    await submit()
    expect(calls.find(({ name }) => name === 'trim.run')?.input).toMatchObject({ confirmation: 'orders' })
  })

  it('names the host, so that nobody trims the wrong server', async () => {
    fake()
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    expect(document.querySelector('[role=dialog]')?.textContent).toContain('Local (localhost:6379)')
  })

  it('shows new figures when the old ones are no longer so', async () => {
    const calls = fake(() => {
      throw new ORPCError('STALE_PLAN', {
        defined: true,
        data: { planId: 'plan-19000', problem: message('plan.group-since') },
      })
    })
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await type(field(/How many/), '1000')
    await expect.poll(effect).toMatch(/Removes .*19.000/)
    const before = calls.filter(({ name }) => name === 'trim.plan').length
    await submit()
    expect(document.querySelector('[role=alert]')?.textContent).toContain('Things changed')
    expect(calls.filter(({ name }) => name === 'trim.plan')).toHaveLength(before + 1)
  })

  it('names the groups that lose, with the plan’s figures, and no others', async () => {
    const exact = (value: number) => ({ value, certainty: 'exact' as const })
    const groups = [
      { name: 'fine', pending: exact(0), unread: exact(0) },
      { name: { base64: '//4A' }, pending: null, unread: exact(7) },
      { name: 'audit', pending: { value: 12, certainty: 'atMost' as const }, unread: exact(0) },
    ]
    fake(undefined, (wanted) => ({ ...planFor(wanted), groups }))
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await type(field(/How many/), '1000')
    await expect.poll(effect).toContain('2 of 3 groups may lose entries that they still need')
    const rows = [...document.querySelectorAll('table[aria-label="What the groups lose"] tbody tr')]
    expect(rows.map((row) => [...row.children].map((cell) => cell.textContent.trim()))).toEqual([
      ['\\xff\\xfe\\x00', 'not countable', '7'],
      ['audit', 'at most 12', '0'],
    ])
  })

  it('that removes nothing speaks of no loss, shows no command, and can’t be run', async () => {
    const calls = fake()
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await expect.poll(effect).toContain('Removes nothing')
    expect(effect()).not.toContain('lose')
    expect(document.querySelectorAll('.trim-effect .loses, .trim-effect .bad')).toHaveLength(0)
    expect(document.querySelector('.command-lines')).toBeNull()
    await submit()
    expect(calls.some(({ name }) => name === 'trim.run')).toBe(false)
  })

  it('says of a cut that is not known yet that the run finds it', async () => {
    fake(undefined, (wanted) => ({ ...planFor(wanted), approximate: false, firstKept: null }))
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await type(field(/How many/), '1000')
    await expect.poll(effect).toMatch(/First entry kept ?found when it runs/)
  })

  it('dims the old figures while it works out new ones, and does not run on them', async () => {
    let answer: ((plan: TrimPlan) => void) | null = null
    const calls = fake(undefined, (wanted) =>
      wanted.strategy.kind === 'maxlen' && wanted.strategy.maxlen === 5
        ? new Promise<TrimPlan>((resolve) => (answer = resolve))
        : planFor(wanted),
    )
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await type(field(/How many/), '1000')
    await expect.poll(effect).toContain('Removes at most 19 000')
    await type(field(/How many/), '5')
    await expect.poll(() => answer).not.toBeNull()
    expect(effect()).toContain('Removes at most 19 000')
    expect(document.querySelector('.trim-effect')?.closest('.stale')).toBeTruthy()
    await submit()
    expect(calls.some(({ name }) => name === 'trim.run')).toBe(false)
    const resolve = answer as ((plan: TrimPlan) => void) | null
    resolve?.(planFor({ strategy: { kind: 'maxlen', maxlen: 5 }, approximate: true, limit: 10_000 }))
    await expect.poll(effect).toContain('Removes at most 19 995')
    expect(document.querySelector('.trim-effect')?.closest('.stale')).toBeNull()
  })

  it('after an error it can be tried again, and the error goes', async () => {
    let broken = true
    fake(undefined, (wanted) => {
      if (broken)
        throw new ORPCError('REDIS', { defined: true, data: { prefix: 'LOADING', reply: 'LOADING', command: 'XINFO' } })
      return planFor(wanted)
    })
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await type(field(/How many/), '1000')
    await expect.poll(() => document.querySelector('[role=alert]')).not.toBeNull()
    broken = false
    button('Try again')?.click()
    await expect.poll(effect).toContain('Removes')
    expect(document.querySelector('[role=alert]')).toBeNull()
  })

  it('when the stream is gone it has nothing to run any more', async () => {
    let gone = false
    const calls = fake(
      () => {
        gone = true
        throw new ORPCError('STALE_PLAN', {
          defined: true,
          data: { planId: 'plan-19000', problem: message('plan.group-since') },
        })
      },
      (wanted) => {
        if (gone) throw new ORPCError('NOT_FOUND', { defined: true, data: { what: 'stream', name: 'orders' } })
        return planFor(wanted)
      },
    )
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await type(field(/How many/), '1000')
    await expect.poll(effect).toMatch(/Removes .*19.000/)
    await submit()
    await submit()
    expect(calls.filter(({ name }) => name === 'trim.run')).toHaveLength(1)
  })
})

describe('keeping what any group still needs', () => {
  const exact = (value: number) => ({ value, certainty: 'exact' as const })
  const guard = { atomic: true, note: message('guard.trim-by-script') }
  const nothing = { groups: 0, first: null, keeps: exact(0), keptFor: [], guard }
  const held: NonNullable<TrimPlan['needed']> = {
    groups: 2,
    first: { id: '1201-0', group: 'bil{id}ling', by: 'pending', gone: false },
    keeps: exact(300),
    keptFor: [{ name: 'bil{id}ling', pending: exact(100), unread: exact(200) }],
    guard,
  }
  const open = async (needed: TrimPlan['needed'], removes = 1_200): Promise<readonly Call[]> => {
    const groups = planFor({ strategy: { kind: 'maxlen', maxlen: 1 }, approximate: false, limit: 1 }).groups
    const safe = groups.map(({ name }) => ({ name, pending: exact(0), unread: exact(0) }))
    const calls = fake(undefined, (wanted) => ({ ...planFor(wanted), removes: exact(removes), groups: safe, needed }))
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    await type(field(/How many/), '1000')
    field(/Keep what any group still needs/)?.click()
    await flushPromises()
    await expect.poll(() => asked(calls)).toMatchObject({ keepNeeded: true })
    await expect.poll(effect).toContain('Removes')
    return calls
  }
  const asked = (calls: readonly Call[]) => calls.filter(({ name }) => name === 'trim.plan').at(-1)?.input

  it('is asked for by a box to tick, on every server, beside what else is to be kept', async () => {
    const calls = fake()
    await mountOn(TrimDialog, { open: true, target, length: 20_000 })
    expect(field(/Keep what any group still needs/)).toMatchObject({ checked: false, disabled: false })
    await type(field(/How many/), '1000')
    await expect.poll(() => asked(calls)).toMatchObject({ keepNeeded: false })
    expect(field(/^Pending lists/)).toBeTruthy()
    field(/Keep what any group still needs/)?.click()
    await flushPromises()
    await expect
      .poll(() => asked(calls))
      .toMatchObject({
        keepNeeded: true,
        references: 'KEEPREF',
        approximate: true,
        strategy: { kind: 'maxlen', maxlen: 1_000 },
      })
    // Of what goes there are no references.
    expect(field(/^Pending lists/)).toBeUndefined()
    expect(field(/^Approximate/)).toBeTruthy()
  })

  it('tells who holds it back, by what, and how much stays for whom', async () => {
    await open(held)
    expect(effect()).toContain('Removes 1 200 of 20 000 entries: none that a group still needs')
    expect(effect()).toContain('300 entries that the limit would take away stay for the groups.')
    expect(effect()).toMatch(/bil\{id\}ling needs the first of them: 1201-0 is its oldest pending entry\./)
    const rows = [...document.querySelectorAll('table[aria-label="Kept for the groups"] tbody tr')]
    expect(rows.map((row) => [...row.children].map((cell) => cell.textContent.trim()))).toEqual([
      ['bil{id}ling', '100', '200'],
    ])
    expect(document.querySelectorAll('.trim-effect .loses, .trim-effect .bad')).toHaveLength(0)
    expect(effect()).toContain('with nobody in between')
  })

  it('gives no figure of what only the run finds out, and no all-clear', async () => {
    await open({ ...held, keeps: null })
    expect(effect()).toContain('How much stays for the groups only the run finds out.')
    expect(effect()).toMatch(/needs the first of them/)
    expect(effect()).not.toContain('No group needs')
  })

  it('says from where on a group has not read', async () => {
    await open({ ...held, first: { id: '7-1', group: 'audit', by: 'unread', gone: false } })
    expect(effect()).toContain('it has read nothing from 7-1 on')
    expect(effect()).not.toContain('no longer in the stream')
  })

  it('says of a pending entry that is gone what to do', async () => {
    await open({ ...held, first: { id: '7-1', group: 'audit', by: 'pending', gone: true } })
    expect(effect()).toContain('That entry is pending and no longer in the stream: once it is acked, more can go.')
  })

  it('says of a stream without groups that only the limit counts', async () => {
    await open(nothing)
    expect(effect()).toContain('The stream has no groups: nobody needs any of it')
    expect(effect()).not.toContain('with nobody in between')
    expect(button('Remove 1 200 entries')).toBeTruthy()
  })

  it('does not run where groups need all that would go, and says why', async () => {
    const calls = await open({ ...held, keeps: exact(19_000) }, 0)
    expect(effect()).toContain('Removes nothing: groups still need all that would go')
    await submit()
    expect(calls.some(({ name }) => name === 'trim.run')).toBe(false)
  })

  it('tells the race where nothing can look and remove in one step', async () => {
    await open({ ...held, guard: { atomic: false, note: message('guard.trim') } })
    expect(effect()).toContain('What one of them comes to need just in between')
  })

  it('goes back to the pending lists when it is not wanted after all', async () => {
    const calls = await open(held)
    field(/Keep what any group still needs/)?.click()
    await flushPromises()
    await expect.poll(() => asked(calls)).toMatchObject({ keepNeeded: false })
    expect(field(/^Pending lists/)).toBeTruthy()
  })
})
