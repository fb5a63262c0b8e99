import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTakeFile } from '../../../electron/desktop/take-file'
import type { GivenFile } from '../../../electron/services/backup/given-file'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-take-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function textOf(file: GivenFile | null): Promise<string> {
  let text = ''
  for await (const chunk of file?.chunks ?? []) text += chunk.toString()
  return text
}

test('only what a person chose is read, once more without asking', async () => {
  const path = join(dir, 'orders.csv')
  writeFileSync(path, 'a\n1\n')
  let asked = 0
  const take = createTakeFile(async () => {
    asked += 1
    return path
  })
  const first = await take(null, undefined)
  expect(first?.origin).toEqual({ kind: 'file', name: 'orders.csv', bytes: 4 })
  expect(await textOf(first)).toBe('a\n1\n')
  expect(await textOf(await take(first?.again ?? '', undefined))).toBe('a\n1\n')
  expect(asked).toBe(1)
  // No path is a word.
  expect(await take(path, undefined)).toBeNull()
})

test('none chosen is none; one that is gone is told by the reading', async () => {
  expect(await createTakeFile(async () => null)(null, undefined)).toBeNull()
  const gone = await createTakeFile(async () => join(dir, 'gone'))(null, undefined)
  expect(gone?.origin).toMatchObject({ bytes: null })
  await expect(textOf(gone)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(createTakeFile(async () => dir)(null, AbortSignal.abort(new Error('left')))).rejects.toThrow('left')
})
