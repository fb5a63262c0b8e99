#!/usr/bin/env node
// Packs a directory as a .deb by dpkg-deb. Understands as much of fpm's command line as electron-builder uses for that, so
// that it stands in for fpm where fpm can't be fetched. https://www.debian.org/doc/debian-policy/ch-controlfields.html
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'

const text = { type: 'string' }
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'input-type': { ...text, short: 's' },
    'output-type': { ...text, short: 't' },
    depends: { ...text, short: 'd', multiple: true, default: [] },
    'deb-recommends': { ...text, multiple: true, default: [] },
    'deb-compression': { ...text, default: 'xz' },
    'deb-priority': { ...text, default: 'optional' },
    force: { type: 'boolean' },
    debug: { type: 'boolean' },
    log: text,
    architecture: text,
    'after-install': text,
    'after-remove': text,
    description: { ...text, default: '' },
    version: text,
    package: text,
    name: text,
    maintainer: text,
    vendor: text,
    url: text,
    category: { ...text, default: 'default' },
    license: text,
  },
})
if (values['input-type'] !== 'dir' || values['output-type'] !== 'deb') {
  process.stderr.write('this fpm packs directories as .deb only\n')
  process.exit(2)
}

const root = mkdtempSync(join(tmpdir(), 'sluice-deb-'))
try {
  chmodSync(root, 0o755)
  for (const mapping of positionals) place(mapping)
  writeControl()
  const args = ['--root-owner-group', `-Z${values['deb-compression']}`, '--build', root, values.package]
  execFileSync('dpkg-deb', args, { stdio: ['ignore', 'ignore', 'inherit'] })
} finally {
  rmSync(root, { recursive: true, force: true })
}

/** `from=/to`: a file, or with a slash at the end of `from` what is in a directory. */
function place(mapping) {
  const at = mapping.lastIndexOf('=/')
  const [from, to] = [mapping.slice(0, at), join(root, mapping.slice(at + 1))]
  mkdirSync(from.endsWith('/') ? to : dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
}

function writeControl() {
  const files = filesBelow(root)
  const debian = join(root, 'DEBIAN')
  mkdirSync(debian)
  const sizeKb = files.reduce((sum, file) => sum + Math.ceil(readFileSync(file).length / 1024), 0)
  const fields = {
    Package: values.name,
    Version: values.version,
    License: values.license,
    Vendor: values.vendor,
    Architecture: values.architecture,
    Maintainer: values.maintainer,
    'Installed-Size': sizeKb,
    Depends: values.depends.join(', '),
    Recommends: values['deb-recommends'].join(', '),
    Section: values.category,
    Priority: values['deb-priority'],
    Homepage: values.url,
    Description: paragraphs(values.description),
  }
  const lines = Object.entries(fields).flatMap(([name, value]) => (value ? [`${name}: ${value}\n`] : []))
  writeFileSync(join(debian, 'control'), lines.join(''))
  const sums = files.map((file) => `${md5(file)}  ${relative(root, file)}\n`)
  writeFileSync(join(debian, 'md5sums'), sums.join(''))
  for (const [flag, name] of [
    ['after-install', 'postinst'],
    ['after-remove', 'postrm'],
  ]) {
    if (!values[flag]) continue
    copyFileSync(values[flag], join(debian, name))
    chmodSync(join(debian, name), 0o755)
  }
}

/** The first line is the synopsis; the lines after it are indented, and an empty one is a dot. */
function paragraphs(description) {
  const [synopsis = '', ...rest] = description.trim().split('\n')
  return [synopsis, ...rest.map((line) => ` ${line.trim() || '.'}`)].join('\n')
}

function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function md5(file) {
  return createHash('md5').update(readFileSync(file)).digest('hex')
}
