// `sluice_x.y.z-1_all.deb`. It has no script that runs when it is installed or removed: nothing of its own is left behind.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDeb } from '../deb.mjs'
import { gzip, makeTree, settle, ZSH } from './tree.mjs'

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'microsoft-edge-stable', 'brave-browser']

export function packDeb({ root, output, work, ...rest }) {
  const { facts } = rest
  const tree = join(work, 'deb')
  makeTree({ ...rest, to: tree, zsh: ZSH.debian })
  const version = `${facts.version}-1`
  const doc = join(tree, 'usr/share/doc/sluice')
  writeFileSync(join(doc, 'changelog.Debian.gz'), gzip(changelog(version, facts)))
  writeFileSync(join(doc, 'copyright'), copyright(root))
  settle(tree, facts.epoch)
  process.env.SOURCE_DATE_EPOCH = String(facts.epoch)
  buildDeb({
    root: tree,
    fields: {
      Package: 'sluice',
      Version: version,
      Architecture: 'all',
      Maintainer: facts.maintainer,
      Depends: `nodejs (>= ${facts.node}), ${BROWSERS.join(' | ')}`,
      Recommends: 'xdg-utils',
      Suggests: 'redis-tools',
      Conflicts: 'sluice-desktop',
      Section: 'database',
      Priority: 'optional',
      Description: `${facts.synopsis}\n${facts.description}`,
    },
    output: join(output, `sluice_${version}_all.deb`),
  })
}

/** https://www.debian.org/doc/debian-policy/ch-source.html#debian-changelog-debian-changelog */
function changelog(version, { maintainer, epoch }) {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')
  return `sluice (${version}) unstable; urgency=medium\n\n  * What is new stands in changelog.gz.\n\n -- ${maintainer}  ${date}\n`
}

function copyright(root) {
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8').trim().split('\n').slice(4)
  const paragraphs = licence.map((line) => (line.trim() === '' ? ' .' : ` ${line}`))
  return readFileSync(join(import.meta.dirname, 'system/copyright'), 'utf8').replace('@LICENSE@', paragraphs.join('\n'))
}
