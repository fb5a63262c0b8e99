import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSettings } from '../../../electron/services/settings'
import { defaultSettings } from '../../../shared/model/settings'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-settings-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const load = () => createSettings({ dataDir, log: pino({ level: 'silent' }) })
const file = () => join(dataDir, 'settings.json')
const onDisk = () => JSON.parse(readFileSync(file(), 'utf8')) as unknown

test('nothing saved: everything as by default, and no file', async () => {
  expect((await load()).get()).toEqual(defaultSettings)
  expect(readdirSync(dataDir)).toEqual([])
})

test('a change keeps the rest, and is there after a restart', async () => {
  await (await load()).save({ theme: 'dark', stalledAfterMs: 5_000 })
  const settings = await load()
  expect(await settings.save({ delimiter: '/' })).toEqual({
    ...defaultSettings,
    theme: 'dark',
    stalledAfterMs: 5_000,
    delimiter: '/',
  })
  expect((await load()).get()).toEqual(settings.get())
})

test('a value that is undefined is not a change', async () => {
  const settings = await load()
  await settings.save({ theme: 'dark' })
  const saved = await settings.save({ theme: undefined, refreshSeconds: 0, delimiter: undefined })
  expect(saved).toEqual({ ...defaultSettings, theme: 'dark', refreshSeconds: 0 })
  expect(onDisk()).toEqual(saved)
})

test('an empty delimiter and zero seconds are values', async () => {
  expect(await (await load()).save({ delimiter: '', refreshSeconds: 0 })).toMatchObject({
    delimiter: '',
    refreshSeconds: 0,
  })
  expect((await load()).get()).toMatchObject({ delimiter: '', refreshSeconds: 0 })
})

test('what the file tells wrongly is as by default, and the rest holds', async () => {
  const wrong = { theme: 'pink', density: 'comfortable', refreshSeconds: 3, stalledAfterMs: '60000', unheardOf: 1 }
  writeFileSync(file(), JSON.stringify(wrong))
  expect((await load()).get()).toEqual({ ...defaultSettings, density: 'comfortable' })
})

test('a value out of its bounds is refused, and nothing changes', async () => {
  const settings = await load()
  await settings.save({ theme: 'dark' })
  await expect(settings.save({ stalledAfterMs: 1, theme: 'light' })).rejects.toThrow()
  expect(settings.get()).toMatchObject({ theme: 'dark', stalledAfterMs: defaultSettings.stalledAfterMs })
  expect(onDisk()).toMatchObject({ theme: 'dark' })
})

test('a file that can not be written is STORAGE, and nothing changes', async () => {
  const settings = await load()
  mkdirSync(file())
  await expect(settings.save({ theme: 'dark' })).rejects.toMatchObject({ code: 'STORAGE' })
  expect(settings.get().theme).toBe('system')
})

test('a file of before there was a time for lagging keeps what lagging was: five times the one for stalled', async () => {
  writeFileSync(file(), JSON.stringify({ theme: 'dark', stalledAfterMs: 600_000 }))
  expect((await load()).get()).toEqual({
    ...defaultSettings,
    theme: 'dark',
    stalledAfterMs: 600_000,
    laggingAfterMs: 3_000_000,
  })
})

test('the thresholds are settings like the others, each within its bounds', async () => {
  const changes = { laggingEntries: 5, laggingAfterMs: 1_000, drainsSoonMs: 0, poisonDeliveries: 2 }
  expect(await (await load()).save(changes)).toEqual({ ...defaultSettings, ...changes })
  expect((await load()).get()).toEqual({ ...defaultSettings, ...changes })
  for (const wrong of [
    { laggingEntries: 0 },
    { laggingEntries: 1.5 },
    { laggingAfterMs: 999 },
    { drainsSoonMs: -1 },
    { poisonDeliveries: 1 },
  ]) {
    await expect((await load()).save(wrong)).rejects.toThrow()
  }
  expect((await load()).get()).toEqual({ ...defaultSettings, ...changes })
})
