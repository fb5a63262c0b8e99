// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import DryRunDialog from '../../../../renderer/components/rule/DryRunDialog.vue'
import type { DryRun } from '../../../../shared/model/rule'
import { ANY_RULE } from '../../../helpers/any-rule'
import { fakeApi, type Call } from '../../helpers/fake-api'
import { button, mountOn } from '../../helpers/mount-view'

enableAutoUnmount(afterEach)

const rule = { ...ANY_RULE, id: 'r1', connectionId: 'c1', stream: 'orders:*' }
const found: DryRun = {
  ...{ atMs: 1, streams: 2, groups: 1, entries: 7, plans: [], more: 0, isCapped: false, stops: null, error: null },
}
const turnOn = () => button('Turn it on')
const whyNot = (): string | null => turnOn().getAttribute('aria-description')

async function open(dryRun: () => DryRun, environment: 'dev' | 'prod' = 'dev'): Promise<readonly Call[]> {
  const calls = fakeApi({ rule: { dryRun, enable: () => undefined } })
  const view = await mountOn(DryRunDialog, { open: false, rule }, { connection: { environment } })
  await view.setProps({ open: true })
  await flushPromises()
  return calls
}
const enabled = (calls: readonly Call[]): readonly unknown[] =>
  calls.filter(({ name }) => name === 'rule.enable').map(({ input }) => input)

it('tries it as it opens, and turns on what was tried', async () => {
  const calls = await open(() => found)
  expect(document.body.textContent).toContain('7 entries in 1 group with something pending, of 2 matching streams')
  turnOn().click()
  await flushPromises()
  expect(enabled(calls)).toEqual([{ connectionId: 'c1', id: 'r1' }])
})

it('on production only once its pattern is typed, to the letter', async () => {
  const calls = await open(() => found, 'prod')
  expect(whyNot()).toBe('Once its pattern is typed')
  const field = document.querySelector('input')
  if (!field) throw new Error('there is no field')
  for (const [text, why] of [
    ['orders', 'Once its pattern is typed'],
    ['orders:*', null],
  ] as const) {
    field.value = text
    field.dispatchEvent(new Event('input'))
    await flushPromises()
    expect(whyNot()).toBe(why)
  }
  turnOn().click()
  await flushPromises()
  expect(enabled(calls)).toEqual([{ connectionId: 'c1', id: 'r1', typed: 'orders:*' }])
})

it('where nobody is there to be given anything it waits, and can be turned on', async () => {
  const calls = await open(() => ({
    ...found,
    error: { code: 'BAD_INPUT', data: { problem: { code: 'recovery.none-active' } } },
  }))
  turnOn().click()
  await flushPromises()
  expect(enabled(calls)).toHaveLength(1)
})

it.each<[string, () => DryRun]>([
  ['would do what Redis can’t take back', () => ({ ...found, stops: 'for-good' })],
  ['met an error', () => ({ ...found, error: { code: 'TIMEOUT', data: {} } })],
  [
    'could not be tried',
    () => {
      throw new ORPCError('UNREACHABLE', { data: { reason: 'refused', endpoint: 'a:1' } })
    },
  ],
])('what %s is not turned on, and it is said why', async (_what, dryRun) => {
  const calls = await open(dryRun)
  expect(whyNot()).toBe('Once a dry run has found nothing against it')
  turnOn().click()
  await flushPromises()
  expect(enabled(calls)).toEqual([])
})
