import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { defaultSettings, type Settings } from '../../../shared/model/settings'
import type { Connection } from '../../../shared/model/connection'
import { useConnections } from '../../../renderer/stores/connections'
import { useSettings } from '../../../renderer/stores/settings'
import { events, fakeApi } from '../helpers/fake-api'
import { connection } from '../helpers/mount-view'

// What another window, or another process on the same data directory, changes is told by the host's watches.
beforeEach(() => setActivePinia(createPinia()))

/** A watch that tells what it is given, when it is given it. */
function feed<T>() {
  const waiting: T[] = []
  let wake = (): void => undefined
  return {
    tell(value: T) {
      waiting.push(value)
      wake()
    },
    async *watch(): AsyncGenerator<T, void> {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift() as T
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

test('connections that are added, changed and removed elsewhere show here, and the one looked at goes with its own', async () => {
  const told = feed<readonly Connection[]>()
  const calls = fakeApi({
    connection: {
      list: () => [connection()],
      watchList: () => told.watch(),
      watch: (_input, options) => events([], options?.signal),
    },
  })
  const connections = useConnections()
  await connections.load()
  connections.activeId = 'c1'
  connections.follow()
  const watched = () => calls.filter(({ name }) => name === 'connection.watch').map(({ input }) => input)
  told.tell([connection(), { ...connection(), id: 'c2', name: 'of another host' }])
  await expect.poll(() => connections.list.map(({ name }) => name)).toEqual(['Local', 'of another host'])
  expect(watched()).toEqual([{ connectionId: 'c1' }, { connectionId: 'c2' }])
  told.tell([{ ...connection(), readOnly: true }])
  await expect.poll(() => connections.active?.readOnly).toBe(true)
  told.tell([])
  await expect.poll(() => connections.active).toBeNull()
  expect(connections.activeId).toBe('')
})

test('settings that are changed elsewhere hold here; what is being saved here is not put back meanwhile', async () => {
  const told = feed<Settings>()
  let answer = (_settings: Settings): void => undefined
  fakeApi({
    host: {
      settings: () => defaultSettings,
      watchSettings: () => told.watch(),
      saveSettings: () => new Promise<Settings>((resolve) => (answer = resolve)),
    },
  })
  const store = useSettings()
  await store.load()
  store.follow()
  told.tell({ ...defaultSettings, delimiter: '/' })
  await expect.poll(() => store.settings.delimiter).toBe('/')

  const saved = store.save({ theme: 'dark' })
  const elsewhere: Settings = { ...defaultSettings, delimiter: '.', refreshSeconds: 30 }
  told.tell(elsewhere)
  await expect.poll(() => store.settings).toEqual({ ...defaultSettings, delimiter: '/', theme: 'dark' })
  answer({ ...elsewhere, theme: 'dark' })
  await saved
  expect(store.settings).toEqual({ ...elsewhere, theme: 'dark' })
})
