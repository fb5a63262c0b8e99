// Unpacks Redis and Valkey of other versions beside the machine's own, for the tests. Nothing is installed: each runs out of
// ~/.cache/sluice-test-servers/<name> with its own libraries and loader. Each is optional; what can't be had is said, and left out.
import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const CACHE = join(homedir(), '.cache', 'sluice-test-servers')
const ATTEMPTED = join(CACHE, '.attempted')

/** Trixie is stable, so it is the one to rely on; sid and experimental move. */
const SUITES = [
  {
    suite: 'trixie',
    servers: [
      { name: 'redis-8.0', packages: ['redis-server', 'redis-tools'] },
      { name: 'valkey-8.1', packages: ['valkey-server', 'valkey-tools'] },
    ],
  },
  { suite: 'experimental', servers: [{ name: 'redis-8.6', packages: ['redis-server', 'redis-tools'] }] },
  { suite: 'sid', servers: [{ name: 'valkey-9', packages: ['valkey-server', 'valkey-tools'] }] },
]

/** Whether this machine has been through it; so that a machine without those suites isn't kept waiting at every run. */
export const wasAttempted = () => existsSync(ATTEMPTED)

/** Names of those that should be here by now, and are not. */
export const missingServers = () =>
  SUITES.flatMap(({ servers }) => servers.map(({ name }) => name)).filter((name) => !existsSync(join(CACHE, name)))

/** Fetches what is missing. Says a line per server; never throws for one that can't be had, and never takes longer than its time limits. */
export async function fetchServers(say) {
  mkdirSync(CACHE, { recursive: true })
  for (const { suite, servers } of SUITES) {
    const missing = servers.filter(({ name }) => !existsSync(join(CACHE, name)))
    if (missing.length === 0) continue
    const work = mkdtempSync(join(tmpdir(), 'sluice-apt-'))
    try {
      const apt = await openSuite(suite, work)
      for (const server of missing) {
        await fetchServer(server, apt, work)
        say(`${server.name} (Debian ${suite}) is unpacked`)
      }
    } catch (error) {
      const names = missing.filter(({ name }) => !existsSync(join(CACHE, name))).map(({ name }) => name)
      say(`NOT TESTED on ${names.join(', ')}: can't be had from Debian ${suite} (${firstLine(error)})`)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  }
  writeFileSync(ATTEMPTED, 'node build/fetch-servers.mjs tries again\n')
}

/** An apt of its own, that knows this suite only: the machine's lists and packages stay as they are. */
async function openSuite(suite, work) {
  const { mirror, keyring } = await findMirror()
  for (const dir of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(work, dir), { recursive: true })
  writeFileSync(join(work, 'status'), '')
  const suites = suite === 'experimental' ? ['sid', 'experimental'] : [suite]
  writeFileSync(
    join(work, 'sources.list'),
    suites.map((name) => `deb [signed-by=${keyring}] ${mirror} ${name} main\n`).join(''),
  )
  const options = [
    `Dir::Etc::sourcelist=${work}/sources.list`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${work}/lists`,
    `Dir::State::status=${work}/status`,
    `Dir::Cache=${work}/cache`,
    'Acquire::Languages=none',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=15',
    'APT::Sandbox::User=root',
    'APT::Install-Recommends=false',
  ].flatMap((option) => ['-o', option])
  const apt = async (command, ...args) => {
    const limits = { cwd: work, timeout: 90_000, maxBuffer: 1 << 26, env: { ...process.env, LC_ALL: 'C' } }
    const { stdout } = await run(command, ['-qq', ...options, '-t', suite, ...args], limits)
    return stdout
  }
  await apt('apt-get', 'update', '--error-on=any')
  return apt
}

/** The Debian mirror that this machine is set up with. */
async function findMirror() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  if (!/^ID=debian$/m.test(release) || !existsSync(keyring)) throw new Error('this machine is no Debian')
  const format = ['--format', '$(ORIGIN) $(RELEASE) $(COMPONENT) $(REPO_URI)', 'Created-By: Packages']
  const { stdout } = await run('apt-get', ['indextargets', ...format], { timeout: 10_000 })
  const targets = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(-3))
  const mirror = targets.find(([name, component]) => component === 'main' && !name.includes('-'))?.[2]
  if (mirror === undefined) throw new Error('apt has no mirror set up')
  return { mirror, keyring }
}

async function fetchServer({ name, packages }, apt, work) {
  const archives = join(work, name)
  const root = join(work, `${name}.unpacked`)
  for (const dir of [archives, join(root, 'root'), join(root, 'bin')]) mkdirSync(dir, { recursive: true })
  await apt('apt-get', 'download', ...(await withLibraries(packages, apt)))
  for (const file of readdirSync(work).filter((entry) => entry.endsWith('.deb'))) {
    await run('dpkg-deb', ['-x', join(work, file), join(root, 'root')], { timeout: 60_000 })
    rmSync(join(work, file))
  }
  rmSync(join(root, 'root/usr/share'), { recursive: true, force: true })
  writeLaunchers(root)
  const server = join(root, 'bin', packages[0])
  await run(server, ['--version'], { timeout: 10_000 })
  // A rename can't cross file systems, and /tmp may be another one.
  const partial = join(CACHE, `.${name}.partial`)
  rmSync(partial, { recursive: true, force: true })
  await run('cp', ['-a', root, partial])
  renameSync(partial, join(CACHE, name))
}

/** The packages and the libraries that they load; not what serves to install or to start them as a service. */
async function withLibraries(packages, apt) {
  const wanted = new Set(packages)
  for (let fresh = packages; fresh.length > 0;) {
    const listing = await apt('apt-cache', 'depends', ...fresh)
    const names = [...listing.matchAll(/^ {1,2}\|?(?:Pre)?Depends: ((?:lib|zlib1g)\S*)$/gm)].map(([, found]) => found)
    fresh = [...new Set(names)].filter((found) => !wanted.has(found))
    for (const found of fresh) wanted.add(found)
  }
  return [...wanted]
}

/** `bin/redis-server` and its like: shell scripts that run each binary by the loader and the libraries unpacked with it. */
function writeLaunchers(dir) {
  const root = join(dir, 'root')
  const places = ['usr/lib', 'lib', 'usr/lib64', 'lib64'].filter((place) => existsSync(join(root, place)))
  const triplets = places.flatMap((place) => entries(root, place).filter((path) => path.endsWith('-linux-gnu')))
  const loader = [...places, ...triplets]
    .flatMap((place) => entries(root, place))
    .find((path) => /\/ld-linux[^/]*\.so\.\d$/.test(path))
  if (loader === undefined) throw new Error('libc6 came without a loader')
  const libraries = triplets.map((place) => `"$root"/${place}`).join(':')
  for (const binary of entries(root, 'usr/bin').filter((path) => /^(redis|valkey)-/.test(basename(path)))) {
    const launcher = join(dir, 'bin', basename(binary))
    if (lstatSync(join(root, binary)).isSymbolicLink()) {
      symlinkSync(basename(readlinkSync(join(root, binary))), launcher)
      continue
    }
    // The binaries look at the name that they are called by: redis-check-rdb and redis-server are one.
    const call = `exec "$root"/${loader} --library-path ${libraries} --argv0 "$0" "$root"/${binary} "$@"`
    writeFileSync(launcher, `#!/bin/sh\nroot="\${0%/*}/../root"\n${call}\n`)
    chmodSync(launcher, 0o755)
  }
}

const entries = (root, place) => readdirSync(join(root, place)).map((name) => `${place}/${name}`)
const firstLine = (error) => (error.stderr || error.message).trim().split('\n')[0]

if (process.argv[1] === fileURLToPath(import.meta.url)) await fetchServers((line) => process.stdout.write(`${line}\n`))
