// The lock file must install anywhere: npm drops the optional binaries of other platforms without a word when the registry was
// short of one that day, and writes the addresses of whichever registry it was that filled it.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What is wrong with a lock file (parsed JSON), a line each. Empty when nothing is. */
export function lockProblems(lock) {
  const packages = Object.entries(lock.packages)
  const addresses = packages.filter(([, { resolved }]) => /^\w+:/.test(resolved ?? ''))
  const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !foldersAbove(path).some((folder) => lock.packages[`${folder}node_modules/${name}`]))
      .map(
        (name) =>
          `${name} is missing; ${path || 'package.json'} wants it on some platform. Run npm ci and npm i again, or wait a day`,
      ),
  )
  const noIntegrity = packages.filter(([path, entry]) => path && !entry.link && !entry.inBundle && !entry.integrity)
  return [
    ...addresses.map(([path]) => `${path} has a download address; .npmrc says omit-lockfile-registry-resolved`),
    ...noIntegrity.map(([path]) => `${path} has no checksum`),
    ...missing,
  ]
}

/** Where Node looks for what `path` needs: beneath itself, then beneath each package that holds it, then at the top. */
function foldersAbove(path) {
  const parts = path.split('node_modules/').slice(1)
  const folders = parts.map((_, depth) =>
    parts
      .slice(0, parts.length - depth)
      .map((part) => `node_modules/${part.replace(/\/$/, '')}/`)
      .join(''),
  )
  return [...folders, '']
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const problems = lockProblems(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  process.exitCode = problems.length > 0 ? 1 : 0
}
