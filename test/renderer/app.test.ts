// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ORPCError } from '@orpc/client'
import type { Connection, ConnectionStatus } from '../../shared/model/connection'
import type { JournalRecord } from '../../shared/model/journal'
import { defaultSettings } from '../../shared/model/settings'
import App from '../../renderer/App.vue'
import { linkState } from '../../renderer/api/link-state'
import { useTabs } from '../../renderer/stores/tabs'
import { events, fakeApi, type Call } from './helpers/fake-api'
import { monitored } from './helpers/monitored'
import { connection, serverInfo } from './helpers/mount-view'
import { verbatim } from '../../shared/words/messages'

enableAutoUnmount(afterEach)
beforeEach(() => {
  sessionStorage.clear()
  linkState.value = { kind: 'connected' }
})

const ANNA = { who: { by: 'user', name: 'anna' }, role: 'admin' }
const record: JournalRecord = {
  id: 'r1',
  at: 0,
  endedAt: 900,
  connectionId: 'c1',
  connectionName: 'Local',
  who: { by: 'user', name: 'anna' },
  action: 'claim',
  key: 'orders',
  group: 'billing',
  summary: verbatim('claim to worker-2'),
  state: 'done',
  counts: { changed: 988, leftAlone: 9, gone: 3, dropped: 0, unknown: 0 },
  commands: ['XCLAIM orders billing worker-2 60000 1-0 JUSTID'],
  error: null,
  undo: { possible: true, note: verbatim('Owner and delivery count.'), undoneBy: null },
  backupFile: null,
}

let page: VueWrapper

interface Start {
  readonly sandbox?: boolean
  readonly connections?: readonly Connection[]
  readonly open?: (input: { password?: string }) => ConnectionStatus | Promise<never>
}

const isOpen: ConnectionStatus = {
  connectionId: 'c1',
  state: 'open',
  latencyMs: 0.42,
  server: serverInfo(),
  replica: null,
  error: null,
  nodes: [],
}

async function start({ sandbox = false, connections = [connection()], open = () => isOpen }: Start = {}): Promise<
  readonly Call[]
> {
  setActivePinia(createPinia())
  const calls = fakeApi({
    host: {
      info: () => ({
        kind: 'web',
        version: '0.1.0',
        sandbox,
        dataDir: '/data',
        configDir: '/data',
        readOnly: false,
        you: ANNA,
      }),
      settings: () => defaultSettings,
      watchSettings: (_input, options) => events([], options?.signal),
      saveSettings: (changes: object) => ({ ...defaultSettings, ...changes }),
    },
    connection: {
      list: () => connections,
      watchList: (_input, options) => events([], options?.signal),
      open,
      remove: () => undefined,
      watch: (_input, options) => events([], options?.signal),
    },
    stream: {
      discover: (_input, options) =>
        events([{ state: 'done', scanned: 9, total: 9, found: 1, keys: ['orders'], error: null }], options?.signal),
    },
    monitoring: {
      watch: (_input, options) => events(monitored([]), options?.signal),
      show: () => undefined,
      giveWay: () => undefined,
      refresh: () => undefined,
    },
    job: { watch: (_input, options) => events([], options?.signal) },
    journal: { list: () => ({ records: [record], next: null, damaged: 1 }) },
    recovery: { undo: () => Promise.reject(new ORPCError('CONFLICT', { defined: true, data: { jobId: 'j9' } })) },
  })
  page = mount(App, { attachTo: document.body })
  await flushPromises()
  return calls
}

const text = (): string => document.body.textContent.replace(/\s+/g, ' ')

async function press(key: string, modifiers: KeyboardEventInit = {}): Promise<void> {
  const code = key.length === 1 ? `Key${key.toUpperCase()}` : key
  const target = document.activeElement ?? document.body
  target.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...modifiers }))
  await flushPromises()
}

async function click(name: string): Promise<void> {
  const candidates = ['button', '[role=row]'].flatMap((kind) => [...document.querySelectorAll<HTMLElement>(kind)])
  const found = candidates.find((one) =>
    (one.getAttribute('aria-label') ?? one.textContent).replace(/\s+/g, ' ').includes(name),
  )
  if (!found) throw new Error(`nothing named ${name}`)
  found.click()
  await flushPromises()
}

describe('the page', () => {
  it('goes straight to the sandbox', async () => {
    await start({ sandbox: true })
    expect(useTabs().activeId).toBe('triage')
    expect(text()).toContain('Redis 7.0.15')
    expect(text()).toContain('0.4 ms')
    expect(document.title).toBe('Triage · Local · Sluice')
  })

  it('says that the round trip is not known, and no figure', async () => {
    await start({ sandbox: true, open: () => ({ ...isOpen, latencyMs: null }) })
    expect(text()).toContain('round trip unknown')
    expect(text()).not.toContain('0 ms')
  })

  it('says what to do on the first run', async () => {
    await start({ connections: [] })
    expect(text()).toContain('Connect to a Redis')
    await click('Add a connection')
    expect(document.querySelector('[role=dialog]')?.textContent).toContain('From a URL')
  })

  it('offers the only connection there is, and opens it', async () => {
    const calls = await start()
    expect(calls.some(({ name }) => name === 'connection.open')).toBe(false)
    await click('Open Local')
    expect(useTabs().activeId).toBe('triage')
  })

  it('asks for a password where one is wanted, again where it was wrong', async () => {
    const refuse = (reason: string) =>
      Promise.reject(
        new ORPCError('UNREACHABLE', { defined: true, data: { reason, endpoint: 'db:6379', detail: null } }),
      )
    await start({
      open: ({ password }) => {
        if (password === 'right') return isOpen
        return refuse(password === undefined ? 'password-needed' : 'password-wrong')
      },
    })
    await click('Open Local')
    for (const typed of ['wrong', 'right']) {
      const input = document.querySelector<HTMLInputElement>('[role=dialog] input[type=password]')
      if (!input) throw new Error('no password is asked for')
      if (typed === 'right') expect(text()).toContain('refused this user name and password')
      input.value = typed
      input.dispatchEvent(new Event('input'))
      document.querySelector('#password-form')?.dispatchEvent(new Event('submit', { cancelable: true }))
      await flushPromises()
    }
    expect(document.querySelector('[role=dialog]')).toBeNull()
    expect(text()).toContain('Redis 7.0.15')
  })

  it('says in words why a connection does not open', async () => {
    const data = { reason: 'tls', endpoint: 'db:6379', detail: null }
    await start({ open: () => Promise.reject(new ORPCError('UNREACHABLE', { defined: true, data })) })
    await click('Open Local')
    expect(text()).toContain('No secure connection to db:6379')
  })

  it('marks production so that it can not be missed', async () => {
    await start({ sandbox: true, connections: [connection({ environment: 'prod', readOnly: true })] })
    expect(document.querySelector('header.production .hatched')).not.toBeNull()
    expect(document.querySelector('header')?.textContent).toContain('PROD')
    expect(document.querySelector('header')?.textContent).toContain('read-only')
  })

  it('is driven by keys: views, filter, palette, sheet', async () => {
    await start({ sandbox: true })
    await press('g')
    await press('j')
    expect(useTabs().activeId).toBe('journal')
    await press('/', { code: 'Slash' })
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Filter streams')
    await press('g')
    await press('c')
    expect(useTabs().activeId).toBe('journal')
    await press('k', { ctrlKey: true })
    expect(document.querySelector('.palette-input')).not.toBeNull()
    await press('k', { ctrlKey: true })
    ;(document.activeElement as HTMLElement | null)?.blur()
    await press('?', { shiftKey: true, code: 'Slash' })
    expect(text()).toContain('Filter the streams')
  })

  it('comes back to the same place after a reload', async () => {
    await start({ sandbox: true })
    await press('g')
    await press('j')
    page.unmount()
    await start({ sandbox: true })
    expect(useTabs().activeId).toBe('journal')
  })

  it('tells how to get back in when its session is gone', async () => {
    await start({ sandbox: true })
    linkState.value = { kind: 'unauthorised' }
    await flushPromises()
    expect(text()).toContain('signed out')
    expect(text()).toContain('open the address')
  })

  it('says that its host is away, and since when', async () => {
    await start({ sandbox: true })
    linkState.value = { kind: 'reconnecting', sinceMs: Date.now(), nextTryMs: Date.now() + 5_000 }
    await flushPromises()
    expect(document.querySelector('[role=alert]')?.textContent).toContain('running jobs go on')
  })

  it('shows the journal with counts, commands and a way back, and why that way is barred', async () => {
    await start({ sandbox: true })
    await press('g')
    await press('j')
    expect(text()).toContain('1 line of the journal could not be read')
    await click('claim to worker-2')
    expect(text()).toContain('XCLAIM orders billing worker-2 60000 1-0 JUSTID')
    expect(text()).toContain('Left alone')
    await click('Undo')
    expect(text()).toContain('Another job is changing this already')
  })
})
