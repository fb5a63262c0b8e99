import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSaveFile } from '../../../electron/desktop/save-file'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-save-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const bytes = Buffer.from([0xff, 0x00, 0x0a])

test('the file that was chosen holds every byte, in place of what it held', async () => {
  const path = join(dir, 'chosen.bin')
  writeFileSync(path, 'before')
  const asked: string[] = []
  const save = createSaveFile(async (name) => {
    asked.push(name)
    return path
  })
  expect(await save('a.bin', async () => bytes)).toMatchObject({ outcome: { kind: 'saved', file: path, bytes: 3 } })
  expect([asked, readFileSync(path), readdirSync(dir)]).toEqual([['a.bin'], bytes, ['chosen.bin']])
})

test('nothing is read where no file was chosen', async () => {
  const save = createSaveFile(async () => null)
  const read = (): Promise<Buffer> => Promise.reject(new Error('was read'))
  expect(await save('a.bin', read)).toMatchObject({ outcome: { kind: 'cancelled' } })
})

test('what was there stays where the value can’t be read', async () => {
  const path = join(dir, 'chosen.bin')
  writeFileSync(path, 'before')
  const save = createSaveFile(async () => path)
  await expect(save('a.bin', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
  expect(readFileSync(path, 'utf8')).toBe('before')
})

test.each([
  ['a folder that is not there', 'nowhere/a.bin', 'ENOENT'],
  ['a folder', '.', /E/],
])('%s is an error with its name, and leaves nothing behind', async (_what, name, why) => {
  const save = createSaveFile(async () => join(dir, name))
  await expect(save('a.bin', async () => bytes)).rejects.toMatchObject({
    code: 'STORAGE',
    data: { operation: 'write', why: expect.stringMatching(why) as string, sent: false },
  })
  expect(readdirSync(dir)).toEqual([])
})
