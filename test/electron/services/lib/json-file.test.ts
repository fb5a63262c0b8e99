import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defaultSettings } from '../../../../shared/model/settings'
import { createSettings } from '../../../../electron/services/settings'
import { openJsonFile } from '../../../../electron/services/lib/json-file'
import { createMemoryLog } from '../../../helpers/memory-log'

let dataDir: string
let memory = createMemoryLog()
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-store-'))
  memory = createMemoryLog()
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const open = () => openJsonFile({ dataDir, name: 'things', log: memory.log })
const file = () => join(dataDir, 'things.json')

describe('a file of the data directory', () => {
  test('is read back, by this user only, with nothing else beside it', async () => {
    await (await open()).update(() => ({ a: [1, 'ü'] }))
    expect((await open()).content).toEqual({ a: [1, 'ü'] })
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readdirSync(dataDir)).toEqual(['things.json'])
  })

  test('that was readable by others is not any more, once written', async () => {
    writeFileSync(file(), '{"a":1}')
    chmodSync(file(), 0o644)
    await (await open()).update(() => ({ a: 2 }))
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  test('that is not there counts as empty', async () => {
    expect((await open()).content).toEqual({})
  })

  test.each(['{"a":', '', '[1]', '"x"', 'null', '\u0000'])(
    'that is %j is kept aside, and the app goes on',
    async (text) => {
      writeFileSync(file(), text)
      const store = await open()
      expect(store.content).toEqual({})
      const [kept] = readdirSync(dataDir)
      expect(kept).toMatch(/^things\.json\.damaged-/)
      expect(readFileSync(join(dataDir, kept ?? ''), 'utf8')).toBe(text)
      expect(memory.text()).toContain('the old file is kept')
      await store.update(() => ({ a: 1 }))
      expect((await open()).content).toEqual({ a: 1 })
    },
  )

  test('that can not be written is STORAGE, and what was there stays', async () => {
    const store = await open()
    await store.update(() => ({ a: 1 }))
    rmSync(file())
    mkdirSync(file())
    await expect(store.update(() => ({ a: 2 }))).rejects.toMatchObject({ code: 'STORAGE', data: { file: file() } })
    expect(store.content).toEqual({ a: 1 })
  })

  test('that can not be read is STORAGE', async () => {
    mkdirSync(file())
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE' })
  })
})

describe('settings', () => {
  const load = () => createSettings({ dataDir, log: memory.log })

  test('are as by default, and what is changed stays', async () => {
    expect((await load()).get()).toEqual(defaultSettings)
    expect(await (await load()).save({ theme: 'dark' })).toEqual({ ...defaultSettings, theme: 'dark' })
    expect(await (await load()).save({ stalledAfterMs: 5_000 })).toMatchObject({ theme: 'dark', stalledAfterMs: 5_000 })
    expect((await load()).get()).toEqual({ ...defaultSettings, theme: 'dark', stalledAfterMs: 5_000 })
  })

  test('what the file tells wrongly is as by default, the rest holds', async () => {
    const wrong = { theme: 'pink', density: 'comfortable', refreshSeconds: 3, unknown: 1 }
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(wrong))
    expect((await load()).get()).toEqual({ ...defaultSettings, density: 'comfortable' })
  })

  test('out of range are not saved', async () => {
    const settings = await load()
    await expect(settings.save({ stalledAfterMs: 1 })).rejects.toThrow()
    expect(settings.get()).toEqual(defaultSettings)
    expect(readdirSync(dataDir)).toEqual([])
  })
})
