// A directory that looks like Electron's for Linux to whoever packs it, and is not: so that packing can be tried, and its
// result looked into, where Electron can't be fetched. Nothing made with it can run or be shipped.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const NOTICE = 'UNSHIPPABLE.txt'
const WORDS = `This package was made to look into how Sluice is packed. It has a stand-in in place of Electron: it does not
run, and must not be given to anybody. \`npx install-electron\` fetches the real one; then \`npm run package\` makes real ones.
`

// What @electron/fuses looks for: this word, the version of the wire, its length, and one letter per fuse (0 off, 1 on), here
// as Electron 45 comes.
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES = '101100011'

/** Makes it anew. */
export function makeStandIn(directory, version) {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(join(directory, 'locales'), { recursive: true })
  mkdirSync(join(directory, 'resources'))
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FUSES.length]), Buffer.from(FUSES)])
  const script = `#!/bin/sh\necho 'Sluice was packed with a stand-in for Electron: see ${NOTICE}.' >&2\nexit 1\n`
  const executable = { mode: 0o755 }
  writeFileSync(join(directory, 'electron'), Buffer.concat([Buffer.from(script), wire]), executable)
  writeFileSync(join(directory, 'chrome-sandbox'), '#!/bin/sh\nexit 1\n', executable)
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak'])
    writeFileSync(join(directory, name), WORDS)
  writeFileSync(join(directory, 'version'), version)
  writeFileSync(join(directory, NOTICE), WORDS)
}
