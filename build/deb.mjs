// A directory as a .deb, by dpkg-deb, without root. https://www.debian.org/doc/debian-policy/ch-controlfields.html
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * `fields`: of the control file, in order; an empty one is left out, Installed-Size is added. `scripts`: files of the maintainer
 * scripts by their names. The same `root` makes the same bytes where SOURCE_DATE_EPOCH is in the environment.
 */
export function buildDeb({ root, fields, scripts = {}, output, compression = 'xz' }) {
  chmodSync(root, 0o755)
  const files = filesBelow(root)
  const debian = join(root, 'DEBIAN')
  mkdirSync(debian)
  const sizeKb = files.reduce((sum, file) => sum + Math.ceil(readFileSync(file).length / 1024), 0)
  const lines = Object.entries({ ...fields, 'Installed-Size': sizeKb }).map(([name, value]) =>
    value ? `${name}: ${name === 'Description' ? paragraphs(value) : value}\n` : '',
  )
  writeFileSync(join(debian, 'control'), lines.join(''))
  const sums = files.map((file) => `${md5(file)}  ${relative(root, file)}\n`)
  writeFileSync(join(debian, 'md5sums'), sums.join(''))
  for (const [name, script] of Object.entries(scripts)) {
    copyFileSync(script, join(debian, name))
    chmodSync(join(debian, name), 0o755)
  }
  const args = ['--root-owner-group', `-Z${compression}`, '--build', root, output]
  execFileSync('dpkg-deb', args, { stdio: ['ignore', 'ignore', 'inherit'] })
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
