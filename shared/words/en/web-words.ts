/** Of the web host: its page to log in, and its command line. */
export const webWords = {
  language: 'en',
  loginTitle: 'Sluice: log in',
  password: 'Password',
  logIn: 'Log in',
  wrongPassword: 'That is not the password.',
  tooManyTries: (waitSeconds: number) => `Too many tries. Wait ${waitSeconds} s and try again.`,

  needsScripts: 'Sluice needs JavaScript. Allow it for this address, and load the page again.',

  /** What a response says that is neither a page nor a file. */
  status: {
    ok: 'OK',
    badRequest: 'Bad request',
    unauthorized: 'Unauthorized',
    forbidden: 'Forbidden',
    notFound: 'Not found',
    tooLarge: 'Too large',
    failed: 'Internal error',
    busy: 'Busy',
    methodNotAllowed: 'Method not allowed',
  },

  openingTitle: 'Sluice: opening',

  isAt: (url: string) => `Sluice is at ${url}`,
  inTheClear: 'The password travels in the clear: reach it through a proxy that ends TLS, and say so by --public-url.',
  noBrowser: 'There is no browser to open it in: open it yourself.',
  noLaunchFile: (code: string) =>
    `The file that opens a browser could not be written to the directory for temporary files (${code}): open the address yourself.`,
  launchFileStays: (path: string) => `${path} could not be removed.`,
  optionsByHelp: (problem: string) => `${problem} (--help lists the options)`,
  portInUse: 'that port is in use; choose another by --port, or leave it out for any free one',
  portNotAllowed: 'that port may not be listened on by this user; choose one above 1023',
  noSuchAddress: 'this machine has no such address; check --host',

  openOrNot: '--open and --no-open exclude each other',
  staticIsForSandbox: '--static is for --sandbox',
  sandboxHasItsOwn: '--sandbox keeps its data in a directory of its own; leave --data-dir out',
  reachableNeedsPassword: (host: string) => `${host} is reachable from elsewhere and needs a password`,
  hostNeedsPassword: (host: string) =>
    `--host ${host} can be reached from elsewhere and needs a password: set SLUICE_WEB_PASSWORD or --password-file`,
  portNumber: (text: string) => `--port takes a number from 0 to 65535, not ${text}`,
  shortPassword: (shortest: number) => `the password must have at least ${shortest} characters`,
  unreadablePassword: (file: string, code: string) => `--password-file ${file} can't be read (${code})`,
  unreadable: 'unreadable',
  publicUrlNeedsPassword: '--public-url needs a password: set SLUICE_WEB_PASSWORD or --password-file',
  trustProxyNeedsPassword: '--trust-proxy needs a password: set SLUICE_WEB_PASSWORD or --password-file',
  trustProxyAddresses: '--trust-proxy takes addresses of proxies or their networks, e.g. 127.0.0.1,10.0.0.0/8',
  publicUrlWithoutPath: '--public-url takes an address without a path, e.g. https://sluice.example.com',

  usage: `Usage: sluice --web [options] [address]

  --sandbox             try it on a throwaway Redis with a live workload
  --static              with --sandbox: seeded, without the live part
  --port N              port to listen on (default: any free one)
  --host H              address to listen on (default: 127.0.0.1); beyond this machine a password is needed
  --password-file FILE  log in with the password in this file, or in SLUICE_WEB_PASSWORD
  --public-url URL      how people reach it through a proxy that ends TLS, e.g. https://sluice.example.com
  --trust-proxy LIST    addresses of proxies whose X-Forwarded-For tells who tries passwords, e.g. 127.0.0.1,10.0.0.0/8
  --data-dir DIR        where connections, settings and journal are kept (default: SLUICE_DATA_DIR or the usual place)
  --keep-secrets        keep passwords and keys of connections encrypted in the data directory, by a passphrase that is asked for
  --passphrase-file F   the same with the passphrase in this file, which only you may read, or in SLUICE_PASSPHRASE
  --open, --no-open     open a browser, or not (default: when there is a display and SLUICE_NO_OPEN is not set)
  --help                this text

A connection for this session, which is opened and not saved: an address (redis://…, host:port), or redis-cli’s own options
  -h HOST -p PORT -s SOCKET -u URL -n DB -c --user NAME -a PASSWORD --tls --sni NAME --cacert FILE --cert FILE --key FILE --insecure
  --pass-file FILE      its password is read from this file whenever it connects; REDISCLI_AUTH holds it by itself
  --pass-command JSON   a command that prints it, as a JSON array, run by no shell: '["pass", "show", "redis"]'
  REDIS_URL             one more, which is opened where none is named; its password may be in REDIS_PASSWORD_FILE
  SLUICE_CONNECTIONS    a list of them, in JSON or the path of a file, which are listed and not opened (see README)
`,
}
