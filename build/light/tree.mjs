// The staged folder in its place on a Linux system, with all that a desktop and a shell want to know of it.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const SYSTEM = join(import.meta.dirname, 'system')
/** Texts that go to the place for documents instead. */
const DOCUMENTS = ['LICENSE', 'README.md', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.txt']
/** Where each system has completions of zsh from packages. */
export const ZSH = { debian: 'usr/share/zsh/vendor-completions', others: 'usr/share/zsh/site-functions' }

/** Makes the folder `to`. `icons`: PNGs by size; `drawing`: the SVG that they were rendered of. */
export function makeTree({ staged, to, facts, icons, drawing, zsh }) {
  const at = (path) => {
    const file = join(to, path)
    mkdirSync(dirname(file), { recursive: true })
    return file
  }
  const put = (path, content) => writeFileSync(at(path), content)
  const filled = (name) =>
    readFileSync(join(SYSTEM, name), 'utf8')
      .replaceAll('@VERSION@', facts.version)
      .replaceAll('@DATE@', new Date(facts.epoch * 1000).toISOString().slice(0, 10))

  cpSync(staged, at('usr/lib/sluice'), { recursive: true })
  for (const name of DOCUMENTS) rmSync(join(to, 'usr/lib/sluice', name))
  copyFileSync(join(SYSTEM, 'window.html'), at('usr/lib/sluice/window.html'))
  // The Node of the system, whatever a user has on his path.
  const bin = join(to, 'usr/lib/sluice/bin/sluice.js')
  writeFileSync(bin, readFileSync(bin, 'utf8').replace('#!/usr/bin/env node', '#!/usr/bin/node'))
  symlinkSync('../lib/sluice/bin/sluice.js', at('usr/bin/sluice'))

  put('usr/share/applications/sluice.desktop', filled('sluice.desktop'))
  put('usr/share/metainfo/app.sluice.Sluice.metainfo.xml', filled('metainfo.xml'))
  for (const name of readdirSync(icons)) {
    copyFileSync(join(icons, name), at(`usr/share/icons/hicolor/${name.replace('.png', '')}/apps/sluice.png`))
  }
  copyFileSync(drawing, at('usr/share/icons/hicolor/scalable/apps/sluice.svg'))

  const said = (...words) => sayOf(staged, words)
  put('usr/share/man/man1/sluice.1.gz', gzip(said('man')))
  put('usr/share/bash-completion/completions/sluice', said('completion', 'bash'))
  put(`${zsh}/_sluice`, said('completion', 'zsh'))
  put('usr/share/fish/vendor_completions.d/sluice.fish', said('completion', 'fish'))

  copyFileSync(join(SYSTEM, '../../deploy/sluice.service'), at('usr/share/doc/sluice/examples/sluice.service'))
  for (const [from, name] of [
    ['README.md', 'README.md.gz'],
    ['CHANGELOG.md', 'changelog.gz'],
    ['THIRD-PARTY-NOTICES.txt', 'THIRD-PARTY-NOTICES.txt.gz'],
  ]) {
    put(`usr/share/doc/sluice/${name}`, gzip(readFileSync(join(staged, from))))
  }
}

/** What the program itself says: manual page and completions are made of one table. */
function sayOf(staged, words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(staged, 'bin/sluice.js'), ...words], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`sluice ${words.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

/** Without a time in it, so that the same text makes the same bytes. */
export function gzip(content) {
  return gzipSync(content, { level: 9 })
}

/** Gives each file and folder the same time and the usual rights, whoever made them under whatever mask. */
export function settle(root, epoch) {
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, 0o755)
    else if (entry.isFile()) chmodSync(path, entry.name === 'sluice.js' ? 0o755 : 0o644)
    lutimesSync(path, epoch, epoch)
  }
}
