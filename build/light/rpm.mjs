// `sluice-x.y.z-1.noarch.rpm`, by rpmbuild and without root.
import { execFileSync } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { makeTree, settle, ZSH } from './tree.mjs'

export function packRpm({ root, output, work, ...rest }) {
  const { facts } = rest
  const tree = join(work, 'rpm')
  makeTree({ ...rest, to: tree, zsh: ZSH.others })
  copyFileSync(join(root, 'LICENSE'), join(tree, 'usr/share/doc/sluice/LICENSE'))
  settle(tree, facts.epoch)
  // A folder that is named whole goes whole when the package is removed; the others are the system's.
  const own = ['/usr/lib/sluice', '/usr/share/doc/sluice']
  const paths = readdirSync(tree, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `/${relative(tree, join(entry.parentPath, entry.name))}`)
    .filter((path) => !own.some((folder) => path.startsWith(`${folder}/`)))
  const files = [...own, ...paths.sort()]
  const spec = readFileSync(join(import.meta.dirname, 'system/sluice.spec'), 'utf8')
    .replaceAll('@VERSION@', facts.version)
    .replaceAll('@NODE@', facts.node)
    .replaceAll('@DESCRIPTION@', facts.description)
    .replaceAll('@TREE@', tree)
    .replaceAll('@FILES@', files.join('\n'))
  const file = join(work, 'sluice.spec')
  writeFileSync(file, spec)
  const places = [
    `_topdir ${join(work, 'rpmbuild')}`,
    `_rpmdir ${output}`,
    '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
  ]
  const args = ['-bb', '--quiet', '--target', 'noarch', ...places.flatMap((place) => ['--define', place]), file]
  execFileSync('rpmbuild', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(facts.epoch) },
  })
}
