// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import ConnectionForm from '../../../../renderer/components/connection/ConnectionForm.vue'
import type { TestEvent } from '../../../../shared/model/connection-test'
import { message } from '../../../../shared/words/messages'
import { fakeApi } from '../../helpers/fake-api'
import { button, connection, mountOn, serverInfo } from '../../helpers/mount-view'
import { step } from '../../helpers/trials'

enableAutoUnmount(afterEach)
const text = () => document.body.textContent
const rows = () => [...document.querySelectorAll('.test-steps li')]

/** A test of a connection whose events come as they are given. */
async function begin() {
  const queue: ((event: TestEvent | null) => void)[] = []
  const waiting: (TestEvent | null)[] = []
  let left = 0
  const give = async (event: TestEvent | null): Promise<void> => {
    const next = queue.shift()
    if (next) next(event)
    else waiting.push(event)
    await flushPromises()
  }
  async function* testSteps(_input: never, options?: { signal?: AbortSignal }) {
    options?.signal?.addEventListener('abort', () => {
      left += 1
      void give(null)
    })
    for (;;) {
      const event = waiting.length > 0 ? waiting.shift() : await new Promise<TestEvent | null>((go) => queue.push(go))
      if (!event) return
      yield event
    }
  }
  fakeApi({ connection: { testSteps } })
  await mountOn(ConnectionForm, { subject: { kind: 'edit', connection: connection() } })
  button('Test').click()
  await flushPromises()
  return { give, left: () => left }
}

it('shows each step as it comes: under way, then with its time, its finding and what to do', async () => {
  const { give } = await begin()
  await give(step({ name: 'socket', state: 'running', ms: null }))
  expect(rows()).toHaveLength(1)
  expect(rows()[0]?.textContent).toContain('…')
  await give(
    step({ name: 'socket', ms: 12.3, findings: [message('connection-test.listens', { address: '10.0.0.4' })] }),
  )
  await give(
    step({
      at: 1,
      name: 'topology',
      state: 'warn',
      ms: 4,
      findings: [message('connection-test.disagree')],
      next: message('connection-test.check-it'),
    }),
  )
  expect(rows().map((row) => row.textContent.replaceAll(/\s+/g, ' '))).toEqual([
    expect.stringContaining('12 ms') as string,
    expect.stringContaining('4.0 ms') as string,
  ])
  expect(rows()[0]?.textContent).toContain('connected to 10.0.0.4')
  expect(rows()[1]?.textContent).toContain('do not agree')
  expect(rows()[1]?.textContent).toContain('Switch the check on')
  expect(document.querySelector('[aria-live=polite]')?.textContent).toContain('Around it, db:1: works, with a remark')
  await give({ kind: 'result', server: serverInfo(), latencyMs: 1 })
  await give(null)
  expect(text()).toContain('It works')
  expect(text()).not.toContain('It can’t be opened')
})

it('a failure is an alert with its own words, or those of its error; nothing is said to work', async () => {
  const { give } = await begin()
  const error = { code: 'UNREACHABLE', data: { reason: 'password-wrong', endpoint: 'db:1', detail: null } }
  const findings = [message('connection-test.refused-login', { user: 'ops' })]
  await give(step({ state: 'failed', error, findings, next: message('connection-test.refused-login-next') }))
  await give(null)
  expect(document.querySelector('.test-steps [role=alert]')?.textContent).toMatch(/“ops” is wrong.*ACL GETUSER/s)
  expect(document.querySelector('.test-steps [role=alert]')?.textContent).not.toContain('refused this user name')
  expect(document.querySelector('[aria-live=polite]')?.textContent).toBe('')
  expect(text()).toContain('It can’t be opened like this')
  expect(text()).not.toContain('It works')
})

it('is stopped by its button: the host is left, and what was under way is said to be stopped', async () => {
  const { give, left } = await begin()
  await give(step({ state: 'running', ms: null }))
  button('Stop').click()
  await flushPromises()
  expect(left()).toBe(1)
  expect(text()).toContain('Nothing was written')
  expect(rows()[0]?.textContent).toContain('stopped')
  await give(step())
  expect(rows()[0]?.textContent).toContain('stopped')
})

it('is forgotten as soon as something else is typed', async () => {
  const { give, left } = await begin()
  await give(step({ state: 'running', ms: null }))
  const host = [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === 'Host')
  const input = document.getElementById(host?.htmlFor ?? '') as HTMLInputElement
  input.value = 'other'
  input.dispatchEvent(new Event('input'))
  await flushPromises()
  expect(left()).toBe(1)
  expect(rows()).toEqual([])
})
