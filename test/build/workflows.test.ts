import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const DIR = resolve(import.meta.dirname, '../../.github/workflows')

test('whatever a workflow uses is one commit, with its version beside it: a tag may be moved', () => {
  const used = readdirSync(DIR).flatMap((name) =>
    readFileSync(join(DIR, name), 'utf8')
      .split('\n')
      .filter((line) => /^\s*(?:- )?uses:/.test(line)),
  )
  expect(used.length).toBeGreaterThan(5)
  expect(used.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
})

const textOf = (name: string): string => readFileSync(join(DIR, name), 'utf8')
/** Of a job all that is indented below its name. */
function jobOf(name: string, job: string): string {
  const text = textOf(name)
  const found = new RegExp(`^  ${job}:\\n((?:    .*\\n|\\n)+)`, 'm').exec(text)
  if (found === null) throw new Error(`${name} has no job ${job}`)
  return found[1] ?? ''
}

test('what a push, and a release, is tried with is not left out where it is not there', () => {
  for (const [name, job] of [
    ['ci.yml', 'all'],
    ['release.yml', 'check'],
  ] as const) {
    expect(jobOf(name, job)).toContain("SLUICE_NEEDS_ALL: '1'")
    expect(jobOf(name, job)).toContain('- run: .ci/run')
    // A disk that is really full has to be mounted.
    expect(jobOf(name, job)).toContain('--privileged')
  }
  expect(jobOf('ci.yml', 'electron')).toContain("SLUICE_NEEDS_ELECTRON: '1'")
  expect(jobOf('ci.yml', 'electron')).toContain('test/electron/desktop')
})

test('a push runs each server by itself, all that the suite knows', () => {
  const job = jobOf('ci.yml', 'server')
  expect(job).toContain('SLUICE_TEST_SERVER: ${{ matrix.server }}')
  const listed = /server: \[(.*)\]/.exec(job)?.[1]?.split(', ')
  expect(listed).toEqual(['redis-7.0', 'redis-8.0', 'redis-8.6', 'valkey-8.1', 'valkey-9'])
})

test('no package is made before all of it was run, and none is published unless the real Electron ran on its system', () => {
  expect(jobOf('release.yml', 'package')).toContain('needs: check')
  const runs = jobOf('release.yml', 'package').match(/SLUICE_NEEDS_ELECTRON: '1'/g)
  expect(runs).toHaveLength(2)
})
