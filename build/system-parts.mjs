// Programs that are not npm packages: found, else installed by apt where that can be done without asking, else told how.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))

/**
 * `commands`: any one of them will do. `service`: what the package would start by itself. `instead`: the part that does as well
 * where this one can't be had.
 */
const PARTS = {
  redis: {
    title: 'redis-server (or valkey-server)',
    commands: ['redis-server', 'valkey-server'],
    apt: ['redis-server'],
    service: 'redis-server',
    darwin: 'brew install redis',
    win32: 'wsl --install -d Debian, and run the same command inside: Redis has no Windows build',
  },
  chromium: {
    title: 'Chromium (or Chrome)',
    commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', MAC_CHROME],
    apt: ['chromium', 'fonts-liberation'],
    darwin: 'brew install --cask google-chrome',
    win32: 'wsl --install -d Debian, and run the same command inside',
  },
  // A page opens in it for half the processor time. Other systems than Debian have no package of it.
  shell: {
    title: 'Chromium without a window',
    commands: ['chromium-headless-shell'],
    apt: ['chromium-headless-shell', 'fonts-liberation'],
    instead: 'chromium',
  },
  sshd: { title: 'sshd', commands: ['sshd'], apt: ['openssh-server'], service: 'ssh' },
  xvfb: { title: 'Xvfb', commands: ['Xvfb'], apt: ['xvfb'], platforms: ['linux'] },
  // Names come in every script, and a picture of empty boxes shows nothing. Without apt, the machine's own fonts must do.
  fonts: {
    title: 'fonts',
    commands: [],
    files: ['/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf', '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc'],
    apt: ['fonts-noto-color-emoji', 'fonts-dejavu-core', 'fonts-wqy-microhei'],
    optional: true,
    platforms: ['linux'],
  },
  // What looks into packages: rpmbuild makes one as well.
  rpm: { title: 'rpmbuild', commands: ['rpmbuild'], apt: ['rpm'], optional: true, platforms: ['linux'] },
  lintian: { title: 'lintian', commands: ['lintian'], apt: ['lintian'], optional: true, platforms: ['linux'] },
  desktop: {
    title: 'desktop-file-validate',
    commands: ['desktop-file-validate'],
    apt: ['desktop-file-utils'],
    optional: true,
    platforms: ['linux'],
  },
  appstream: {
    title: 'appstreamcli',
    commands: ['appstreamcli'],
    apt: ['appstream'],
    optional: true,
    platforms: ['linux'],
  },
  openssl: { title: 'openssl', commands: ['openssl'], apt: ['openssl'], darwin: 'brew install openssl' },
}

/** Installs what is missing of `names`. Gives a line per part that it could not, with the command to type. */
export function installParts(names, say) {
  const install = (wanted) => {
    const missing = missingOf(wanted)
    const asRoot = missing.length > 0 && findProgram('apt-get') ? rootPrefix() : null
    if (asRoot === null) return
    say(`apt-get install ${packagesOf(missing).join(' ')}`)
    aptInstall(missing, asRoot)
  }
  const first = isDebian ? names : names.map(otherwise)
  install(first)
  const second = first.map((name) => (missingOf([name]).length > 0 ? otherwise(name) : name))
  if (second.some((name, at) => name !== first[at])) install(second)
  return missingOf(second)
    .filter(({ optional }) => !optional)
    .map(({ title, ...part }) => `${title} is missing. Type: ${howTo(part)}`)
}

const otherwise = (name) => PARTS[name].instead ?? name

function missingOf(names) {
  const wanted = names
    .map((name) => PARTS[name])
    .filter(({ platforms }) => !platforms || platforms.includes(process.platform))
  return wanted.filter(({ commands, files }) => !commands.some(findProgram) && !files?.every(existsSync))
}

const packagesOf = (parts) => parts.flatMap(({ apt }) => apt)

function howTo(part) {
  if (part[process.platform]) return part[process.platform]
  if (findProgram('apt-get')) return `sudo apt-get install -y ${part.apt.join(' ')}`
  return `the command of your package manager that installs ${part.apt[0]}`
}

/** How to run a command as root without being asked anything; null when that can't be done. */
function rootPrefix() {
  if (process.getuid?.() === 0) return []
  const sudo = findProgram('sudo')
  return sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0
    ? [sudo, '-n']
    : null
}

/** The programs are wanted, not the services that some packages start: those stay off, now and at the next boot. */
function aptInstall(parts, asRoot) {
  const services = parts.map(({ service }) => service).filter(Boolean)
  const units = existsSync('/run/systemd/system')
    ? services.flatMap((name) => [`${name}.service`, `${name}.socket`])
    : []
  const asked = (timeout, ...command) => {
    // RUNLEVEL=1: without systemd, invoke-rc.d starts nothing that single-user mode would not.
    const env = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1']
    const [program, ...args] = [...asRoot, ...env, ...command]
    return spawnSync(program, args, { encoding: 'utf8', timeout, stdio: ['ignore', 'pipe', 'pipe'] })
  }
  const apt = (timeout, ...command) => {
    const waits = [
      '-qq',
      '-o',
      'Acquire::Retries=2',
      '-o',
      'Acquire::http::Timeout=20',
      '-o',
      'DPkg::Lock::Timeout=120',
    ]
    const { status, stdout, stderr } = asked(timeout, 'apt-get', ...waits, ...command)
    if (status !== 0) process.stderr.write(`apt-get ${command[0]} failed:\n${stdout ?? ''}${stderr ?? ''}`)
  }
  for (const unit of units) asked(20_000, 'systemctl', 'mask', '--runtime', unit)
  apt(180_000, 'update')
  apt(600_000, 'install', '-y', '--no-install-recommends', ...packagesOf(parts))
  for (const name of services) asked(20_000, 'update-rc.d', name, 'disable')
  for (const unit of units) {
    asked(20_000, 'systemctl', 'disable', unit)
    asked(20_000, 'systemctl', 'unmask', '--runtime', unit)
  }
}

function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin']
  const paths = name.startsWith('/') ? [name] : folders.map((folder) => join(folder, name))
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
