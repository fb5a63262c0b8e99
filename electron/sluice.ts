/** A bare word: what comes first of the command line's commands. An address has a port or a scheme, an option a dash. */
const WORD = /^[a-z][a-z-]*$/

const [first = ''] = process.argv.slice(2)

/** The web host's own. */
const OF_THE_WEB_HOST = ['user', 'token']

// Each is read only where it is wanted, so that a command begins at once.
if (!OF_THE_WEB_HOST.includes(first) && WORD.test(first)) await import('./cli/main')
else await import('./web/cli')

export {}
