import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPartFile } from '../../../electron/host/part-file'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-part-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('it has its name once it is whole, and what was there stays until then', async () => {
  const path = join(dir, 'orders.jsonl')
  writeFileSync(path, 'before')
  const file = await openPartFile(path)
  await file.write(Buffer.from('one '))
  await file.write(Buffer.from('two'))
  expect(readFileSync(path, 'utf8')).toBe('before')
  expect(readdirSync(dir).filter((name) => /^orders\.jsonl\.[0-9a-f]{8}\.part$/.test(name))).toHaveLength(1)
  await file.end()
  await file.drop()
  expect([readdirSync(dir), readFileSync(path, 'utf8')]).toEqual([['orders.jsonl'], 'one two'])
})

test('nothing stays of one that is dropped, or whose place is gone', async () => {
  const file = await openPartFile(join(dir, 'a'))
  await file.write(Buffer.from('one'))
  await file.drop()
  expect(readdirSync(dir)).toEqual([])
  const lost = await openPartFile(join(dir, 'b'))
  rmSync(dir, { recursive: true })
  await expect(lost.end()).rejects.toMatchObject({ code: 'STORAGE', data: { file: 'b', why: 'ENOENT' } })
  await lost.drop()
  await expect(openPartFile(join(dir, 'c'))).rejects.toMatchObject({ code: 'STORAGE' })
})
