import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rewriteLocked } from '../../../../electron/services/lib/file-lock'

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-lock-'))
  file = join(dir, 'count')
  writeFileSync(file, '0')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const QUICK = { staleMs: 100, patienceMs: 20_000 }
const PATIENT = { staleMs: 60_000, patienceMs: 60_000 }
const read = (): number => Number(readFileSync(file, 'utf8'))
const addOne = async (): Promise<string> => String(read() + 1)

test('each of many at once finds what the one before left, and nothing stays beside the file', async () => {
  await Promise.all(Array.from({ length: 40 }, () => rewriteLocked(file, addOne, PATIENT)))
  expect(read()).toBe(40)
  expect(readdirSync(dir)).toEqual(['count'])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a lock that was left behind is broken, with what was left beside it', async () => {
  mkdirSync(`${file}.lock`)
  writeFileSync(join(`${file}.lock`, 'half'), '7')
  mkdirSync(`${file}.lock-waited`)
  await rewriteLocked(file, addOne, QUICK)
  expect(read()).toBe(1)
  expect(readdirSync(dir)).toEqual(['count'])
})

test('an empty lock, left after the file was replaced, is taken at once', async () => {
  mkdirSync(`${file}.lock`)
  await rewriteLocked(file, addOne, PATIENT)
  expect(read()).toBe(1)
})

test('one whose lock was broken while it stood still begins anew: no change is lost', async () => {
  let goOn = (): void => undefined
  let asked = 0
  const stoodStill = new Promise<void>((resolve) => (goOn = resolve))
  const slow = rewriteLocked(
    file,
    async () => {
      asked += 1
      const next = String(read() + 100)
      if (asked === 1) await stoodStill
      return next
    },
    QUICK,
  )
  await expect.poll(() => asked).toBe(1)
  // Breaks the lock, and changes the file; so does the next one while the first goes on in the middle of it.
  await rewriteLocked(file, addOne, QUICK)
  await rewriteLocked(
    file,
    async () => {
      const next = await addOne()
      goOn()
      await expect.poll(() => readdirSync(dir).some((name) => name.startsWith('count.lock-'))).toBe(true)
      return next
    },
    PATIENT,
  )
  await slow
  expect(read()).toBe(102)
  expect(asked).toBe(2)
  expect(readdirSync(dir)).toEqual(['count'])
})

test('what is thrown under the lock is thrown, and the lock is free', async () => {
  await expect(rewriteLocked(file, () => Promise.reject(new Error('no')), PATIENT)).rejects.toThrow('no')
  await rewriteLocked(file, () => Promise.resolve(null), PATIENT)
  expect(read()).toBe(0)
  expect(readdirSync(dir)).toEqual(['count'])
})

test('a folder that is not there yet is made, for this user only', async () => {
  const nested = join(dir, 'a', 'b', 'file')
  await rewriteLocked(nested, () => Promise.resolve('x'), PATIENT)
  expect(readFileSync(nested, 'utf8')).toBe('x')
  expect(statSync(join(dir, 'a')).mode & 0o777).toBe(0o700)
})

test('one who never gets the lock gives up', async () => {
  mkdirSync(`${file}.lock`)
  writeFileSync(join(`${file}.lock`, 'held'), '')
  const times = { staleMs: 60_000, patienceMs: 50 }
  await expect(rewriteLocked(file, addOne, times)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  expect(readdirSync(dir).toSorted()).toEqual(['count', 'count.lock'])
})
