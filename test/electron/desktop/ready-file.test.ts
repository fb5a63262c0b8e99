import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sayReady } from '../../../electron/desktop/ready-file'

test('it makes the file that is asked for, changes none that is there, and passes the name on to nobody', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-ready-'))
  const env = { SLUICE_READY_FILE: join(dir, 'ready') }
  sayReady(env)
  expect([readFileSync(join(dir, 'ready'), 'utf8'), env]).toEqual(['', {}])
  writeFileSync(join(dir, 'letter'), 'dear')
  symlinkSync(join(dir, 'letter'), join(dir, 'link'))
  for (const name of ['letter', 'link', 'nowhere/at/all']) sayReady({ SLUICE_READY_FILE: join(dir, name) })
  expect(readFileSync(join(dir, 'letter'), 'utf8')).toBe('dear')
  sayReady({})
  rmSync(dir, { recursive: true })
})
