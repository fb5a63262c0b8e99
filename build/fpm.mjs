#!/usr/bin/env node
// Packs a directory as a .deb. Understands as much of fpm's command line as electron-builder uses for that, so
// that it stands in for fpm where fpm can't be fetched.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildDeb } from './deb.mjs'

const text = { type: 'string' }
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'input-type': { ...text, short: 's' },
    'output-type': { ...text, short: 't' },
    depends: { ...text, short: 'd', multiple: true, default: [] },
    conflicts: { ...text, multiple: true, default: [] },
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
  for (const mapping of positionals) place(mapping)
  const scripts = { postinst: values['after-install'], postrm: values['after-remove'] }
  buildDeb({
    root,
    fields: {
      Package: values.name,
      Version: values.version,
      License: values.license,
      Vendor: values.vendor,
      Architecture: values.architecture,
      Maintainer: values.maintainer,
      Depends: values.depends.join(', '),
      Recommends: values['deb-recommends'].join(', '),
      Conflicts: values.conflicts.join(', '),
      Section: values.category,
      Priority: values['deb-priority'],
      Homepage: values.url,
      Description: values.description,
    },
    scripts: Object.fromEntries(Object.entries(scripts).filter(([, file]) => file)),
    output: values.package,
    compression: values['deb-compression'],
  })
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
