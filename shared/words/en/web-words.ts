/** Of the web host: its page to log in, and its command line. */
export const webWords = {
  language: 'en',
  loginTitle: 'Sluice: log in',
  user: 'User',
  password: 'Password',
  logIn: 'Log in',
  wrongPassword: 'That is not the password.',
  wrongUserOrPassword: 'There is no such user, or that is not the password.',
  tooManyTries: (waitSeconds: number) => `Too many tries. Wait ${waitSeconds} s and try again.`,

  needsScripts: 'Sluice needs JavaScript. Allow it for this address, and load the page again.',
  keepsNothing:
    'This browser, or a proxy in between, kept nothing of the session. Allow cookies and site data for this address, and come in again.',

  /** What a response says that is neither a page nor a file. */
  status: {
    ok: 'OK',
    badRequest: 'Bad request',
    unauthorized: 'Unauthorized',
    notAUser:
      'Sluice doesn’t know you. An admin of it has to make you one of its users; if you are, the proxy before it did not say who you are.',
    forbidden: 'Forbidden',
    notFound: 'Not found',
    tooLarge: 'Too large',
    failed: 'Internal error',
    busy: 'Busy',
    methodNotAllowed: 'Method not allowed',
  },

  metrics: {
    help: {
      connection_up: 'Whether a connection that was opened is up.',
      streams: 'Streams that are known.',
      streams_unreadable: 'Streams that could not be read.',
      oldest_figure_age_seconds: 'Since the stream that was read the longest ago was read.',
      streams_not_listed: 'Streams beside those whose figures are listed.',
      groups_not_listed: 'Groups beside those whose figures are listed, which are the worst.',
      stream_length: 'Entries in a stream.',
      group_lag_entries: 'Entries not delivered to a group yet; kind tells how that is known.',
      group_pending_entries: 'Entries delivered and not acked.',
      group_oldest_pending_idle_seconds:
        'Since the last delivery of the most idle of the pending entries that were looked at (a group’s first 200; 8 by commands).',
      group_waiting_seconds: 'For how long the oldest unread entry has waited; kind tells how that is known.',
      group_stalled_consumers: 'Consumers that hold entries and gave no sign of life for too long.',
    },
  },

  openingTitle: 'Sluice: opening',

  isAt: (url: string) => `Sluice is at ${url}`,
  inWindow: 'Sluice opens in a window of its own, and ends with it.',
  anotherWindow: 'Sluice runs already, and opens another window.',
  noWindow: (browser: string, how: string | null) =>
    `${browser} showed no window (${how === null ? 'it was waited for in vain' : `it ended with ${how}`}). Sluice goes to the browser that opens links here, and on until it is stopped.`,
  noSuchBrowser: (named: string) => `SLUICE_BROWSER names no program that is here: ${named}`,
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
    `--host ${host} can be reached from elsewhere and needs users, or a password: set SLUICE_WEB_PASSWORD or --password-file`,
  portNumber: (text: string) => `--port takes a number from 0 to 65535, not ${text}`,
  shortPassword: (shortest: number) => `the password must have at least ${shortest} characters`,
  fileUnreadable: (flag: string, file: string, code: string) =>
    `${flag} ${file} can’t be read${code === '' ? '' : ` (${code})`}`,
  noKeyPair: (cert: string, key: string, code: string) =>
    `--tls-cert ${cert} and --tls-key ${key} are no certificate and its key, in PEM and without a passphrase${code === '' ? '' : ` (${code})`}`,
  metricsTokenShape:
    'the token of --metrics-token-file or SLUICE_METRICS_TOKEN takes 16 letters or more, of those that a header holds (A-Z a-z 0-9 - . _ ~ + / =)',
  certAndKey: '--tls-cert and --tls-key go together',
  basePathPlain: (text: string) => `--base-path takes a path of plain letters, e.g. /sluice, not ${text}`,
  passwordOrUsers: (file: string) =>
    `there are users (${file}), each with a password of his own; leave SLUICE_WEB_PASSWORD and --password-file out, or remove that file`,
  keptUnreadable: (file: string, code: string) => `${file} can’t be read (${code})`,
  keptNotPrivate: (file: string) =>
    `${file} is not yours alone: others may read or change it. Make it so: chmod 600 ${file}`,
  keptDamaged: (file: string, command: 'user' | 'token') =>
    `${file} is not as "sluice ${command}" writes it; put it right, or move it away and make the ${command}s anew`,
  authHeaderNeedsProxy: '--auth-header is believed of a proxy only: name it by --trusted-proxy',
  authHeaderNeedsUsers:
    '--auth-header names users, and there are none: make them by "sluice user add NAME --role ROLE --no-password"',
  authHeaderName: (text: string) =>
    `--auth-header takes the name of a header by which a proxy names the user, e.g. X-Forwarded-User, not ${text}`,
  connectionOrAddress: 'give --connection or an address, not both',
  publicUrlNeedsPassword: '--public-url needs users, or a password: set SLUICE_WEB_PASSWORD or --password-file',
  trustProxyNeedsPassword: '--trusted-proxy needs users, or a password: set SLUICE_WEB_PASSWORD or --password-file',
  trustProxyAddresses: '--trusted-proxy takes addresses of proxies or their networks, e.g. 127.0.0.1,10.0.0.0/8',
  publicUrlWithoutPath: '--public-url takes an address without a path, e.g. https://sluice.example.com',

  usage: `Usage: sluice [--web] [options] [address]

Opens a window of its own, by a browser of Chromium’s family (SLUICE_BROWSER names one), and ends with it; without such a
browser it opens in yours. A second start opens another window. As --web, and with any option of the web host, it opens in
your browser and goes on until it is stopped.

  --web                 be a web host
  --sandbox             try it on a throwaway Redis with a live workload
  --static              with --sandbox: seeded, without the live part
  --port N              port to listen on (default: any free one)
  --host H              address to listen on (default: 127.0.0.1); beyond this machine users or a password are needed
  --password-file FILE  log in with the password in this file, or in SLUICE_WEB_PASSWORD
  --public-url URL      how people reach it through a proxy that ends TLS, e.g. https://sluice.example.com
  --trusted-proxy LIST  addresses of proxies whose X-Forwarded-For tells who tries passwords, e.g. 127.0.0.1,10.0.0.0/8
  --auth-header NAME    a trusted proxy has people log in, and names the user by this header, e.g. X-Forwarded-User
  --base-path PATH      serve everything below this path, which the proxy passes on as it is, e.g. /sluice
  --tls-cert FILE --tls-key FILE  speak TLS with this certificate and key (PEM); read again when they change
  --metrics-token-file F  serve /metrics to Prometheus, which gives the token in this file, or in SLUICE_METRICS_TOKEN (Bearer)
  --read-only           change nothing on any connection
  --connection NAME     open this connection, by its name or id, of those that are saved or listed
  --data-dir DIR        where connections, settings and journal are kept (default: SLUICE_DATA_DIR or the usual place)
  --keep-secrets        keep passwords and keys of connections encrypted in the data directory, by a passphrase that is asked for
  --passphrase-file F   the same with the passphrase in this file, which only you may read, or in SLUICE_PASSPHRASE
  --open, --no-open     open your browser, or nothing (default: open when there is a display and SLUICE_NO_OPEN is not set)
  --help                this text; "sluice help" lists the commands of the command line

Users, each with a role: viewer (looks), operator (puts streams right), admin (connections, settings, sessions). Once there is one,
people log in by name; the password is asked for, or read from standard input.
  sluice user add NAME --role ROLE [--no-password]   --no-password: a proxy names the user (--auth-header)
  sluice user role NAME --role ROLE
  sluice user passwd NAME | remove NAME | list       each with --data-dir DIR where that is another one

Tokens, each with a role, by which programs call the HTTP API (Authorization: Bearer …); /api lists what there is to call.
  sluice token add NAME [--role ROLE]                says the token, once; --role viewer where none is given
  sluice token revoke NAME | list                    each with --data-dir DIR where that is another one

A connection for this session, which is opened and not saved: an address (redis://…, host:port), or redis-cli’s own options
  -h HOST -p PORT -s SOCKET -u URL -n DB -c --user NAME -a PASSWORD --tls --sni NAME --cacert FILE --cert FILE --key FILE --insecure
  --pass-file FILE      its password is read from this file whenever it connects; REDISCLI_AUTH holds it by itself
  --pass-command JSON   a command that prints it, as a JSON array, run by no shell: '["pass", "show", "redis"]'
  REDIS_URL             one more, which is opened where none is named; its password may be in REDIS_PASSWORD_FILE
  SLUICE_CONNECTIONS    a list of them, in JSON or the path of a file, which are listed and not opened (see README)
`,
}
