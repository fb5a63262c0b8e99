import { createRouterClient, ORPCError } from '@orpc/server'
import { beforeEach, expect, expectTypeOf, test } from 'vitest'
import { createBase, guardedEvents, toContractError, type Base } from '../../../electron/api/base'
import type { WriteGrant } from '../../../electron/services/jobs/write-grant'
import { AppError } from '../../../shared/error'
import { createMemoryLog } from '../../helpers/memory-log'
import { AS_ADMIN } from '../../helpers/callers'

let memory: ReturnType<typeof createMemoryLog>
let base: Base
let granted: number
beforeEach(() => {
  memory = createMemoryLog()
  granted = 0
  const guard = () => {
    granted += 1
    return { begin: () => Promise.reject(new Error('not here')) } as unknown as WriteGrant
  }
  const source = () => {
    throw new Error('no connection here')
  }
  base = createBase(guard, { source }, memory.log)
})

const notFound = new AppError('NOT_FOUND', { what: 'stream', name: { base64: '//4A' } })

test('an error of ours crosses as the contract declares it, and is no news to the log', () => {
  const crossed = toContractError(notFound, ['stream', 'info'], memory.log)
  expect(crossed).toBeInstanceOf(ORPCError)
  expect(crossed).toMatchObject({ code: 'NOT_FOUND', defined: true, data: notFound.data })
  // Whoever shows it words it: no sentence crosses.
  expect((crossed as Error).message).not.toContain('doesn’t exist')
  expect(memory.text()).toBe('')
})

test('any other error is logged with its procedure, and crosses without its words', () => {
  const crossed = toContractError(new TypeError('secret-42'), ['stream', 'info'], memory.log)
  expect(crossed).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', status: 422 })
  expect(JSON.stringify(crossed)).not.toContain('secret-42')
  expect((crossed as Error).cause).toBeUndefined()
  expect(memory.text()).toContain('secret-42')
  expect(memory.text()).toContain('stream.info')
})

test.each(['a string', null, 42])('what was thrown and is no error (%s) crosses opaque too', (thrown) => {
  expect(toContractError(thrown, [], memory.log)).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
})

test('events that fail midway end with an error of the contract', async () => {
  async function* failing() {
    yield 1
    throw notFound
  }
  const events = guardedEvents(failing(), ['stream', 'discover'], memory.log)
  expect(await events.next()).toEqual({ done: false, value: 1 })
  await expect(events.next()).rejects.toMatchObject({ code: 'NOT_FOUND', defined: true })
})

test('an input that a schema refuses crosses as BAD_INPUT with its field', async () => {
  const get = base.reads.entry.get.handler(() => Promise.reject(notFound))
  const api = createRouterClient({ get }, { context: AS_ADMIN })
  await expect(api.get({ connectionId: 'c', key: 'k', id: 'no id' })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    defined: true,
    data: { field: 'id' },
  })
  await expect(api.get({ connectionId: 'c', key: 'k', id: '1-0' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(memory.text()).toBe('')
})

test('an output that the contract does not declare is a fault of ours: logged, and opaque', async () => {
  const get = base.reads.entry.get.handler(() => ({ id: 'secret-42' }) as never)
  const api = createRouterClient({ get }, { context: AS_ADMIN })
  const failing = api.get({ connectionId: 'c', key: 'k', id: '1-0' })
  await expect(failing).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
  expect(JSON.stringify(await failing.catch((error: unknown) => error))).not.toContain('secret-42')
  expect(memory.text()).toContain('what the contract does not declare')
  expect(memory.text()).toContain('fields')
  expect(memory.text()).not.toContain('secret-42')
})

test('leave to write is given to a handler made of writes, and to no other: the compiler sees to it', async () => {
  const add = base.writes.entry.add.handler(({ context }) => {
    expectTypeOf(context).toHaveProperty('grant')
    expect(context).toHaveProperty('grant')
    return { id: '1-0', replyLost: false }
  })
  const get = base.reads.entry.add.handler(({ context }) => {
    expectTypeOf(context).not.toHaveProperty('grant')
    expect(context).not.toHaveProperty('grant')
    return { id: '1-0', replyLost: false }
  })
  const api = createRouterClient({ add, get }, { context: AS_ADMIN })
  const input = {
    connectionId: 'c',
    key: 'k',
    id: '*' as const,
    fields: [['a', 'b']] as [string, string][],
    create: false,
  }
  await api.add(input)
  expect(granted).toBe(1)
  await api.get(input)
  expect(granted).toBe(1)
})

test('a procedure that the contract does not declare to mutate gets no leave to, even when made of writes', async () => {
  let handled = false
  const get = base.writes.entry.get.handler(() => {
    handled = true
    return Promise.reject(notFound)
  })
  const api = createRouterClient({ get }, { context: AS_ADMIN })
  const asked = api.get({ connectionId: 'c', key: 'k', id: '1-0' })
  await expect(asked).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
  expect({ handled, granted }).toEqual({ handled: false, granted: 0 })
  expect(memory.text()).toContain('not declared to mutate')
})
