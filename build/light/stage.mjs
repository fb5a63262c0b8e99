// What the light packages hold: the host as a program of Node with the page it serves, all bundled, nothing to install with it.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const BUNDLES = ['server', 'decoder', 'renderer']
const TEXTS = ['LICENSE', 'README.md', 'CHANGELOG.md']
/** Of package.json what holds for a package. `private` stays: nobody publishes it by accident, and npm packs and installs it all the same. */
const FACTS = ['name', 'version', 'description', 'license', 'author', 'private', 'type', 'engines']

/** Makes the folder `to` of the build in `root`/out; `notices`: the file with the licences of what is bundled. */
export function stage(root, to, notices) {
  mkdirSync(join(to, 'bin'), { recursive: true })
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const facts = Object.fromEntries(FACTS.map((name) => [name, manifest[name]]))
  const own = { ...facts, keywords: ['redis', 'valkey', 'streams'], bin: { sluice: 'bin/sluice.js' } }
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(own, null, 2)}\n`)
  for (const name of TEXTS) copyFileSync(join(root, name), join(to, name))
  copyFileSync(notices, join(to, 'THIRD-PARTY-NOTICES.txt'))
  copyFileSync(join(root, 'build/light/bin.mjs'), join(to, 'bin/sluice.js'))
  chmodSync(join(to, 'bin/sluice.js'), 0o755)
  copyFileSync(join(root, 'build/node-range.mjs'), join(to, 'bin/node-range.js'))
  for (const name of BUNDLES) {
    cpSync(join(root, 'out', name), join(to, name), { recursive: true, filter: (path) => !path.endsWith('.map') })
  }
}
