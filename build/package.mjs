// `npm run package`: installers for this platform, in dist/; on Linux the light packages (build/light), which run anywhere, as well.
// Where Electron's binary is not there and this is Linux, packages of the same make with a stand-in for it, which show what goes
// in and are marked as not to be shipped.
//   --light        the light packages alone; --npm: of them that for npm; --electron: the others alone
//   --dir          only the directory that the installers would be made of
//   --stand-in     not the real Electron, even where it is there
//   --output DIR   in place of dist/; a new or an empty one
// What comes after a second `--` goes to electron-builder: `npm run package -- -- --linux rpm`.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findElectron } from './electron-binary.mjs'
import { renderIcons } from './icons.mjs'
import { packLight } from './light/pack.mjs'
import { writeNotices } from './notices.mjs'
import { makeStandIn } from './stand-in-electron.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const { values, positionals } = parseArgs({
  options: {
    light: { type: 'boolean' },
    npm: { type: 'boolean' },
    electron: { type: 'boolean' },
    dir: { type: 'boolean' },
    'stand-in': { type: 'boolean' },
    output: { type: 'string' },
  },
  allowPositionals: true,
})
const OUTPUT = emptyOutput(values.output)

const say = (line) => process.stdout.write(`package: ${line}\n`)

renderIcons(join(ROOT, 'renderer/icon.svg'), join(OUTPUT, 'icons'))
const notices = join(OUTPUT, 'THIRD-PARTY-NOTICES.txt')
writeNotices(ROOT, notices)
const isLight = values.light || values.npm
const isUsual = process.platform === 'linux' && !values.dir && !values.electron
if (isLight || isUsual) {
  const kinds = values.npm ? ['npm'] : ['npm', 'deb', 'rpm', 'sbom']
  packLight({ root: ROOT, output: OUTPUT, notices, icons: join(OUTPUT, 'icons/linux'), kinds, say })
}
const status = isLight ? 0 : packElectron(choose())
if (status === 0) await writeChecksums()
process.exitCode = status ?? 1

/** Gives the exit code. */
function packElectron({ args, env }) {
  const places = {
    'directories.output': OUTPUT,
    'win.icon': join(OUTPUT, 'icons/icon.ico'),
    'mac.icon': join(OUTPUT, 'icons/icon.icns'),
    'linux.icon': join(OUTPUT, 'icons/linux'),
  }
  return spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/electron-builder/cli.js'),
      '--config',
      'build/electron-builder.yml',
      ...Object.entries(places).map(([key, path]) => `-c.${key}=${path}`),
      ...(values.dir ? ['--dir'] : []),
      ...args,
      ...positionals,
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, SLUICE_NOTICES: relative(ROOT, notices), ...env } },
  ).status
}

/** dist/ is ours to empty; nobody else's directory is. */
function emptyOutput(asked) {
  const output = resolve(asked ?? join(ROOT, 'dist'))
  if (asked === undefined) rmSync(output, { recursive: true, force: true })
  else if (existsSync(output) && readdirSync(output).length > 0) throw new Error(`${output} is not empty`)
  return output
}

function choose() {
  // electron-builder takes the real one from the cache that it was fetched into, for each processor it packs for.
  if (!values['stand-in'] && (findElectron() || process.platform !== 'linux')) return { args: [], env: {} }
  say('Electron’s binary is left out (npx install-electron fetches it): packing a stand-in. NOT TO BE SHIPPED.')
  const standIn = join(OUTPUT, 'stand-in-electron')
  makeStandIn(standIn, electronVersion())
  return {
    args: [
      ...(values.dir ? [] : ['--linux', 'tar.gz', 'deb']),
      `-c.electronDist=${standIn}`,
      '-c.productName=Sluice UNSHIPPABLE',
      '-c.deb.packageName=sluice-unshippable',
      '-c.artifactName=UNSHIPPABLE-${name}-${version}-${os}-${arch}.${ext}',
    ],
    env: {
      CUSTOM_FPM_PATH: join(ROOT, 'build/fpm.mjs'),
      ELECTRON_BUILDER_7ZIP_PATH: join(ROOT, 'build/gzip-7za.mjs'),
    },
  }
}

function electronVersion() {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8')).version
}

/** SHA-256 of every file to be handed out, as `sha256sum --check` reads it. */
async function writeChecksums() {
  const files = readdirSync(OUTPUT)
    .filter((name) => /\.(?:exe|dmg|zip|AppImage|deb|rpm|tar\.gz|tgz|cdx\.json)$/.test(name))
    .sort()
  const lines = []
  for (const name of files) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(OUTPUT, name)), hash)
    lines.push(`${hash.digest('hex')}  ${name}\n`)
    say(`${name} ${(statSync(join(OUTPUT, name)).size / 1e6).toFixed(1)} MB`)
  }
  writeFileSync(join(OUTPUT, `SHA256SUMS-${process.platform}.txt`), lines.join(''))
}
