// The light packages: the same staged folder, as npm, Debian and Fedora take it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packDeb } from './deb.mjs'
import { readFacts } from './facts.mjs'
import { packRpm } from './rpm.mjs'
import { writeSbom } from './sbom.mjs'
import { stage } from './stage.mjs'
import { packTarball } from './tarball.mjs'

const KINDS = {
  npm: { pack: packTarball },
  deb: { program: 'dpkg-deb', pack: packDeb },
  rpm: { program: 'rpmbuild', pack: packRpm },
  sbom: { pack: writeSbom },
}

/**
 * Makes them in `output`, of the build in `root`; `notices`: the file with the licences of what is bundled; `icons`: PNGs by size.
 * `kinds`: which of them. What the machine has no program for is left out, and said to be; with SLUICE_NEEDS_ALL that is an error.
 */
export function packLight({ root, output, notices, icons, kinds, say }) {
  const staged = join(output, 'light')
  stage(root, staged, notices)
  const work = mkdtempSync(join(tmpdir(), 'sluice-light-'))
  try {
    const drawing = join(root, 'renderer/icon.svg')
    const options = { root, output, work, staged, icons, drawing, facts: readFacts(root) }
    for (const kind of kinds) {
      const { program, pack } = KINDS[kind]
      if (program === undefined || isHere(program)) pack(options)
      else if (process.env.SLUICE_NEEDS_ALL === '1') throw new Error(`${program} is missing: no ${kind} can be made`)
      else say(`There is no ${program} here: no ${kind} of the light packages.`)
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function isHere(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}
