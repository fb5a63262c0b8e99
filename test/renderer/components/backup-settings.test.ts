// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import BackupSettings from '../../../renderer/components/restore/BackupSettings.vue'
import type { SavedUsage } from '../../../shared/model/saved-usage'
import { fakeApi } from '../helpers/fake-api'
import { button, mountOn } from '../helpers/mount-view'

const MIB = 1024 * 1024
const held: SavedUsage = { at: 5_000, files: 3, bytes: 3 * MIB, oldestAt: 1_000, needed: { files: 1, bytes: MIB } }
const text = (): string => document.body.textContent.replace(/\s+/g, ' ')
enableAutoUnmount(afterEach)

async function show(usage: () => SavedUsage) {
  const calls = fakeApi({ restore: { backupUsage: usage, removeBackups: () => ({ files: 2, bytes: 2 * MIB }) } })
  await mountOn(BackupSettings, {})
  return () => calls.filter(({ name }) => name === 'restore.removeBackups').map(({ input }) => input)
}

it('tells how much there is, from when, and what of it an undo needs', async () => {
  await show(() => held)
  expect(text()).toMatch(/3 files, 3.* the oldest is of/)
  expect(text()).toContain('1 file (1')
  expect(text()).toContain('never removed')
})

it('deletes only once that is confirmed, and only what was there when it was asked', async () => {
  const removals = await show(() => held)
  button('Delete what no undo needs…').click()
  await flushPromises()
  expect(text()).toContain('can’t be had again')
  expect(removals()).toEqual([])
  button('Delete').click()
  await flushPromises()
  expect(removals()).toEqual([{ changedBefore: 5_000 }])
})

it('offers nothing to delete where all that there is is needed, or nothing is', async () => {
  await show(() => ({ ...held, needed: { files: 3, bytes: 3 * MIB } }))
  expect(() => button('Delete what no undo needs…')).toThrow()
  await show(() => ({ ...held, files: 0, bytes: 0, oldestAt: null, needed: { files: 0, bytes: 0 } }))
  expect(text()).toContain('Nothing is saved.')
})
