// Makes this machine ready for one npm command, whatever is missing, and is done at once when nothing is. Runs before anything is
// installed: Node's own modules only, and syntax that an old Node can read, so that it can say that it is too old.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inWords, isInRange } from './node-range.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** What each command needs beyond Node and the npm packages. `start` and `dev` find a Redis elsewhere. */
const NEEDS = {
  sandbox: { parts: ['redis'], build: true },
  start: { parts: [], build: true },
  dev: { parts: [], build: false },
  check: { parts: [], build: false },
  test: {
    parts: ['redis', 'shell', 'sshd', 'xvfb', 'openssl', 'rpm', 'lintian', 'desktop', 'appstream'],
    build: true,
    servers: true,
  },
  shots: { parts: ['redis', 'chromium', 'fonts'], build: true },
  bench: { parts: ['redis', 'chromium'], build: true },
  package: { parts: [], build: true },
}

const say = (line) => process.stdout.write(`setup: ${line}\n`)

function fail(...lines) {
  for (const line of lines) process.stderr.write(`setup: ${line}\n`)
  process.exit(1)
}

function requireNode() {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const { node } = process.versions
  if (!isInRange(engines.node, node))
    fail(`Sluice needs Node ${inWords(engines.node)}; this is ${node}. See nodejs.org`)
}

/** `npm ci` unless what is installed is what the lock file says. */
function installPackages() {
  const lock = join(ROOT, 'package-lock.json')
  const stamp = join(ROOT, 'node_modules/.sluice-lock')
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  // npm writes its own record last: when that is newer than the lock, somebody has run npm by hand.
  const record = join(ROOT, 'node_modules/.package-lock.json')
  const done = existsSync(record) && statSync(record).mtimeMs >= statSync(lock).mtimeMs
  if (!done) {
    say('npm ci (10 to 30 s, once)')
    const npm = process.env.npm_execpath
    const [command, ...args] = npm ? [process.execPath, npm] : ['npm']
    const quietly = ['ci', '--no-fund', '--no-audit', '--loglevel=error']
    const { status } = spawnSync(command, [...args, ...quietly], {
      cwd: ROOT,
      stdio: 'inherit',
      shell: !npm && process.platform === 'win32',
    })
    if (status !== 0) fail('npm ci failed; what it said is above')
  }
  writeFileSync(stamp, wanted)
}

async function main(command) {
  requireNode()
  const needs = NEEDS[command]
  if (!needs) fail(`usage: node build/setup.mjs ${Object.keys(NEEDS).join('|')}`)
  installPackages()
  const { installParts } = await import('./system-parts.mjs')
  const missing = installParts(needs.parts, say)
  if (missing.length > 0) fail(...missing)
  if (needs.build) {
    const { buildIfStale } = await import('./bundle.mjs')
    if (!buildIfStale(say)) fail('the build failed; what it said is above')
  }
  if (needs.servers) {
    const { fetchServers, wasAttempted } = await import('./fetch-servers.mjs')
    if (!wasAttempted()) await fetchServers(say)
  }
}

await main(process.argv[2])
