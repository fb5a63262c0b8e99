import type { Plugin } from 'vite'

/** What ssh2 tries to load, and does without: compiled on some machines, and in no bundle. */
const COMPILED = /^cpu-features$|\/sshcrypto\.node$/
const NOT_BUNDLED = '\0not-bundled'

export function withoutCompiled(): Plugin {
  return {
    name: 'without-compiled',
    enforce: 'pre',
    resolveId: (id) => (COMPILED.test(id) ? NOT_BUNDLED : null),
    load: (id) => (id === NOT_BUNDLED ? `module.exports = (() => { throw new Error('not in the bundle') })()` : null),
  }
}

/** A module has no `__dirname`; ssh2 asks for it as it is loaded. */
export const MODULE_DEFINES = { __dirname: 'import.meta.dirname' }
