import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Linux keeps it in memory. */
const MEMORY = '/dev/shm'
/** Many times what all tests at once have taken (60 MB). */
const ENOUGH_BYTES = 2 * 1024 ** 3

/**
 * Where tests keep what they make: in memory where that can be had, since each sync of a journal waits for a disk, and all of
 * them for the same one. Gone at the end. A `TMPDIR` that was given stays.
 */
export function keepTestsInMemory() {
  if (process.env.TMPDIR !== undefined || !isRoomy()) return
  const folder = mkdtempSync(`${MEMORY}/sluice-tests-`)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  if (!mayRunFrom(folder)) return
  // As /tmp is: some tests run as another user.
  chmodSync(folder, 0o1777)
  process.env.TMPDIR = folder
}

function isRoomy() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= ENOUGH_BYTES
  } catch {
    return false
  }
}

/** Containers often mount it `noexec`, and some tests make a program. */
function mayRunFrom(folder) {
  const program = join(folder, 'program')
  writeFileSync(program, '', { mode: 0o755 })
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  } finally {
    rmSync(program)
  }
}
