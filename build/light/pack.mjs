// The light packages: the same staged folder, as npm, Debian and Fedora take it.
import { join } from 'node:path'
import { stage } from './stage.mjs'
import { packTarball } from './tarball.mjs'

/** Makes them in `output`, of the build in `root`; `notices`: the file with the licences of what is bundled. */
export function packLight({ root, output, notices }) {
  const staged = join(output, 'light')
  stage(root, staged, notices)
  packTarball(staged, output)
}
