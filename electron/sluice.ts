/** A bare word: what comes first of the command line's commands. An address has a port or a scheme, an option a dash. */
const WORD = /^[a-z][a-z-]*$/

const [first = ''] = process.argv.slice(2)

// `user`: the web host's own. Each is read only where it is wanted, so that a command begins at once.
if (first !== 'user' && WORD.test(first)) await import('./cli/main')
else await import('./web/cli')

export {}
