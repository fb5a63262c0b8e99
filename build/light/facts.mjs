// What the packages say of themselves, once for all of them.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { leastOf } from '../node-range.mjs'

export function readFacts(root) {
  const { version, author, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    version,
    maintainer: author,
    /** The oldest Node that will do. */
    node: leastOf(engines.node),
    synopsis: 'Redis Streams inspector',
    description: [
      'Shows what is in a Redis stream, who read it and why it is stuck; puts stuck',
      'entries right in one click, and takes that back. Opens a window of its own by',
      'a browser of the Chromium family, and has a command line and a web host.',
    ].join('\n'),
    epoch: readEpoch(root),
  }
}

/** The time that all files get, s: SOURCE_DATE_EPOCH, else that of the last commit. https://reproducible-builds.org/specs/source-date-epoch/ */
function readEpoch(root) {
  const asked = process.env.SOURCE_DATE_EPOCH
  if (asked) {
    if (!/^\d{1,11}$/.test(asked)) throw new Error(`SOURCE_DATE_EPOCH is in seconds since 1970, not ${asked}`)
    return Number(asked)
  }
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' })
  return status === 0 ? Number(stdout) : Math.floor(Date.now() / 1000)
}
