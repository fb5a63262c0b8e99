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
