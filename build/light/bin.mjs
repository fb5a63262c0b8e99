#!/usr/bin/env node
// `sluice` of the packages. Says so where Node is too old, instead of failing by syntax that it does not know.
import { readFileSync } from 'node:fs'
import { inWords, isInRange } from './node-range.js'

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const { node } = process.versions
if (isInRange(engines.node, node)) await import('../server/cli.js')
else {
  process.stderr.write(`sluice: Node ${inWords(engines.node)} is needed; this is ${node}. See nodejs.org\n`)
  process.exitCode = 1
}
