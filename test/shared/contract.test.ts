import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contract } from '../../shared/contract'

const PAGE = readdirSync('renderer', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|vue)$/.test(name))
  .map((name) => readFileSync(join('renderer', name), 'utf8'))
  .join('\n')
const ASKED = new Set([...PAGE.matchAll(/\.\s*(\w+)\s*\.\s*(\w+)\(/g)].map(([, noun, name]) => `${noun}.${name}`))
/** What only tests ask for. */
const OF_TESTS = ['stream.summaries', 'job.list']

test('each procedure is asked for by the page', () => {
  const paths = Object.entries(contract).flatMap(([noun, all]) => Object.keys(all).map((name) => `${noun}.${name}`))
  expect(paths.filter((path) => !ASKED.has(path))).toEqual(OF_TESTS)
})
