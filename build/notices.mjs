// The licences of the libraries that go into the bundle: most of them ask to be handed on with it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LICENCE_FILE = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i
const RULE = '-'.repeat(78)

/** What the lock file in `root` has for production and is installed: `[path, entry]` each. Some of it may not be in the bundle. */
export function productionPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return Object.entries(packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional && existsSync(join(root, path)),
  )
}

/** The name by which it is imported. */
export function nameOf(path) {
  return path.replace(/^.*node_modules\//, '')
}

/** Writes what the production dependencies in `root`'s lock file say about their use. Some of them may not be in the bundle. */
export function writeNotices(root, file) {
  const sections = productionPackages(root).map(([path, { version, license }]) =>
    notice(join(root, path), path, `${version}, ${license}`),
  )
  const head = 'Sluice contains parts of these libraries. Electron and Chromium come with licences of their own.\n'
  writeFileSync(file, [head, ...sections.sort()].join(`\n${RULE}\n`))
}

function notice(directory, path, facts) {
  const name = nameOf(path)
  const texts = readdirSync(directory)
    .filter((entry) => LICENCE_FILE.test(entry))
    .map((entry) => readFileSync(join(directory, entry), 'utf8').trim())
  return [`${name} ${facts}`, ...texts].join('\n\n') + '\n'
}
