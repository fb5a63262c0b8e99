// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import SessionList from '../../../renderer/components/session/SessionList.vue'
import { useToasts } from '../../../renderer/stores/toasts'
import type { HostSession } from '../../../shared/model/session'
import { fakeApi } from '../helpers/fake-api'
import { button, mountOn } from '../helpers/mount-view'

enableAutoUnmount(afterEach)

const session = (id: string, name: string, more: Partial<HostSession> = {}): HostSession => ({
  ...{ id, who: { by: 'user', name }, role: 'viewer', sinceMs: 1, usedAtMs: Date.now() - 3_600_000 },
  ...{ address: '10.0.0.1', pages: 0, isYours: false, ...more },
})
const rows = () => [...document.querySelectorAll('tbody tr')].map((row) => row.textContent.replaceAll(/\s+/g, ' '))

const leave = (at: number) => document.querySelectorAll('tbody tr')[at]?.dispatchEvent(new PointerEvent('pointerleave'))

async function start(first: readonly HostSession[], end: () => unknown = () => ({ ended: 1 })) {
  let all = first
  const calls = fakeApi({
    session: {
      list: () => all,
      end({ id }: { id: string }) {
        all = all.filter((each) => each.id !== id)
        return end()
      },
      endAllOf({ who }: { who: HostSession['who'] }) {
        const before = all.length
        all = all.filter((each) => JSON.stringify(each.who) !== JSON.stringify(who))
        return { ended: before - all.length }
      },
    },
  })
  await mountOn(SessionList, {})
  return () => calls.filter(({ name }) => name.startsWith('session.end'))
}

it('shows each user’s sessions together, and one’s own without a way to end it', async () => {
  await start([
    session('1', 'ben', { pages: 2 }),
    session('2', 'anna', { role: 'admin', isYours: true, pages: 1 }),
    session('3', 'ben', { address: '' }),
    session('4', 'anna', { role: 'admin' }),
  ])
  expect(rows()).toHaveLength(4)
  expect(rows()[0]).toMatch(/ben.*viewer.*2 pages open.*10\.0\.0\.1.*End all 2 of ben/)
  expect(rows()[1]).toMatch(/ben.*1 h ago.*unknown/)
  expect(rows()[2]).toMatch(/anna.*admin.*1 page open.*this browser/)
  expect(rows()[2]).not.toContain('End')
  // The buttons above end all of one's own, and say goodbye to this page.
  expect(rows().join()).not.toContain('of anna from 10.0.0.1End all')
  expect(document.body.textContent).not.toContain('End all 2 of anna')
})

it('ends one, or all of one user, and says how many', async () => {
  const calls = await start([session('1', 'ben'), session('2', 'ben'), session('3', 'olga', { address: '10.0.0.9' })])
  button('End the session of olga from 10.0.0.9').click()
  await flushPromises()
  expect(rows()).toHaveLength(3)
  expect(rows()[2]).toMatch(/olga.*Ended/)
  leave(2)
  await flushPromises()
  expect(rows()).toHaveLength(2)
  expect(useToasts().toasts.at(-1)).toMatchObject({ tone: 'good', title: 'Ended 1 session of olga' })
  button('End all 2 of ben').click()
  await flushPromises()
  expect(useToasts().toasts.at(-1)).toMatchObject({ title: 'Ended 2 sessions of ben' })
  leave(0)
  await flushPromises()
  expect(rows()).toEqual([])
  expect(calls().map(({ input }) => input)).toEqual([{ id: '3' }, { who: { by: 'user', name: 'ben' } }])
})

it('what was ended stays in its place until the pointer leaves it: a second click there ends nobody else', async () => {
  const calls = await start(['ben', 'olga', 'zoe'].map((name, at) => session(String(at), name)))
  button('End the session of olga from 10.0.0.1').click()
  await flushPromises()
  expect(rows().map((row) => /^(ben|olga|zoe)/.exec(row)?.[0])).toEqual(['ben', 'olga', 'zoe'])
  expect(document.querySelectorAll('tbody tr')[1]?.querySelector('button')).toBeNull()
  leave(0)
  await flushPromises()
  expect(rows()).toHaveLength(3)
  leave(1)
  await flushPromises()
  expect(rows()).toHaveLength(2)
  expect(calls()).toHaveLength(1)
})

it('one that had ended already is told so; a failure is', async () => {
  await start([session('1', 'ben')], () => ({ ended: 0 }))
  button(/^End the session/).click()
  await flushPromises()
  expect(useToasts().toasts.at(-1)).toMatchObject({ tone: 'warn', title: 'It had ended already' })
})

it('a refusal is shown, and nothing taken for ended', async () => {
  await start([session('1', 'ben')], () => {
    throw new ORPCError('FORBIDDEN', { defined: true, data: { role: 'viewer', needs: 'admin' } })
  })
  button(/^End the session/).click()
  await flushPromises()
  expect(useToasts().toasts.at(-1)?.tone).toBe('bad')
})
