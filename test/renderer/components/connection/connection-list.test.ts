// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it } from 'vitest'
import ConnectionList from '../../../../renderer/components/connection/ConnectionList.vue'
import { useConnections } from '../../../../renderer/stores/connections'
import type { Connection, ConnectionStatus } from '../../../../shared/model/connection'
import { fakeApi } from '../../helpers/fake-api'
import { connection, mountOn } from '../../helpers/mount-view'

enableAutoUnmount(afterEach)
beforeEach(() => localStorage.clear())

const LIST = [
  connection({ id: 'c1', name: 'Local' }),
  connection({ id: 'c2', name: 'Other', notes: 'ask Ada' }),
  connection({ id: 'c3', name: 'Orders', folder: 'Shop' }),
  connection({ id: 'given', name: 'Given', givenBy: 'REDIS_URL' }),
]

/** Mounts the list; `move` puts it in order as the host does. */
async function start(list: readonly Connection[] = LIST, move: (() => never) | null = null) {
  let kept = list
  const calls = fakeApi({
    connection: {
      list: () => kept,
      watch: () => new Promise(() => undefined),
      move: (input: { connectionId: string; before: string | null; folder: string }) => {
        move?.()
        const item = kept.find(({ id }) => id === input.connectionId)
        const others = kept.filter((each) => each !== item)
        const at = others.findIndex(({ id }) => id === input.before)
        kept = others.toSpliced(at < 0 ? others.length : at, 0, { ...item!, folder: input.folder })
      },
    },
  })
  await mountOn(ConnectionList, { offered: false })
  useConnections().list = list
  await flushPromises()
  return calls.filter(({ name }) => name === 'connection.move')
}
const names = () => [...document.querySelectorAll('.connection-row strong')].map((each) => each.textContent)
const handle = (name: string) => document.querySelector<HTMLElement>(`[aria-label="Move ${name}"]`)
const row = (id: string) => document.querySelector<HTMLElement>(`[data-id="${id}"]`)!
async function press(name: string, key: string): Promise<void> {
  handle(name)!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await flushPromises()
}

it('shows folders, notes, and a handle for what can be moved', async () => {
  await start()
  expect(names()).toEqual(['Local', 'Other', 'Given', 'Orders'])
  expect(document.querySelector('.folder')?.textContent).toContain('Shop')
  expect(row('c2').textContent).toContain('ask Ada')
  expect(handle('Local')).not.toBeNull()
  expect(handle('Given')).toBeNull()
})

it('tells of each how far it is, what goes over it, and how often it was lost', async () => {
  await start()
  const status = useConnections().statuses.get('c1')!
  const traffic = { sentPerSecond: 300, receivedPerSecond: 2_048, reconnects: 2 }
  const set = async (change: Partial<ConnectionStatus>): Promise<string> => {
    useConnections().statuses = new Map([['c1', { ...status, traffic, ...change }]])
    await flushPromises()
    return row('c1').querySelector('.state')?.textContent.replaceAll(/\s+/g, ' ') ?? ''
  }
  expect(await set({ latencyMs: 0.02 })).toContain('< 0.1 ms2.0 KiB/s in, 300 B/s out2 reconnects')
  expect(row('c2').querySelector('.figures')).toBeNull()
  expect(await set({ latencyMs: null })).toContain('round trip unknown')
  expect(await set({ traffic: { ...traffic, sentPerSecond: null, reconnects: 0 } })).not.toMatch(/\/s|reconnect/)
  // What is of before is not told as that of now.
  const lost = await set({ state: 'reconnecting' })
  expect(lost).toContain('2 reconnects')
  expect(lost).not.toMatch(/ms|\/s/)
})

it('moves by keys, across folders, keeps the focus, and says where it stands', async () => {
  await start()
  handle('Other')!.focus()
  await press('Other', 'ArrowUp')
  expect(names()).toEqual(['Other', 'Local', 'Given', 'Orders'])
  expect(document.querySelector('[role=status]')?.textContent).toBe('Other: 1 of 3')
  expect(document.activeElement).toBe(handle('Other'))
  await press('Orders', 'ArrowUp')
  expect(names()).toEqual(['Other', 'Local', 'Given', 'Orders'])
  expect(document.querySelector('.folder')).toBeNull()
})

it('at the end of the list nothing is sent', async () => {
  await start()
  await press('Local', 'ArrowUp')
  await press('Orders', 'ArrowDown')
  expect(names()).toEqual(['Local', 'Other', 'Given', 'Orders'])
})

it('moves by the mouse, before or behind what it is dropped on', async () => {
  await start()
  const box = { top: 0, height: 40 } as DOMRect
  row('c3').getBoundingClientRect = () => box
  handle('Local')!.dispatchEvent(new Event('dragstart', { bubbles: true }))
  row('c3').dispatchEvent(Object.assign(new Event('dragover', { bubbles: true, cancelable: true }), { clientY: 5 }))
  await flushPromises()
  expect(row('c3').className).toContain('before')
  row('c3').dispatchEvent(new Event('drop', { bubbles: true, cancelable: true }))
  await flushPromises()
  expect(names()).toEqual(['Other', 'Given', 'Local', 'Orders'])
})

it('what is dropped nowhere stays', async () => {
  await start()
  handle('Local')!.dispatchEvent(new Event('dragstart', { bubbles: true }))
  handle('Local')!.dispatchEvent(new Event('dragend', { bubbles: true }))
  row('c3').dispatchEvent(new Event('drop', { bubbles: true, cancelable: true }))
  await flushPromises()
  expect(names()).toEqual(['Local', 'Other', 'Given', 'Orders'])
})

it('says why something could not be moved, and leaves it', async () => {
  await start(LIST, () => {
    throw new ORPCError('NOT_FOUND', { defined: true, data: { what: 'connection', name: 'c2' } })
  })
  await press('Other', 'ArrowUp')
  expect(names()).toEqual(['Local', 'Other', 'Given', 'Orders'])
})

it('is filtered: folded folders show what fits, and nothing is moved among what is hidden', async () => {
  await start()
  document.querySelector<HTMLElement>('.folder button')!.click()
  await flushPromises()
  expect(names()).toEqual(['Local', 'Other', 'Given'])
  const field = document.querySelector<HTMLInputElement>('input[type=search]')!
  field.value = 'shop'
  field.dispatchEvent(new Event('input'))
  await flushPromises()
  expect(names()).toEqual(['Orders'])
  expect(handle('Orders')).toBeNull()
  field.value = 'nothing like it'
  field.dispatchEvent(new Event('input'))
  await flushPromises()
  expect(document.body.textContent).toContain('No connection fits this filter.')
})
