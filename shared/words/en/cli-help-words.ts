import { cliCommandWords } from './cli-command-words'
import { cliFlagWords } from './cli-flag-words'

/** Of the help of the command line, its manual page and its completions. */
export const cliHelpWords = {
  commands: cliCommandWords,
  flags: cliFlagWords,
  usage: 'Usage',
  usageLine: 'sluice COMMAND [ARGUMENTS] [OPTIONS] [CONNECTION]',
  intro: 'Looks at Redis Streams and puts them right, by the same rules and in the same journal as the window.',
  commandsTitle: 'Commands',
  optionsTitle: 'Options',
  everywhereTitle: 'Options of every command',
  connectionTitle: 'Connection',
  examplesTitle: 'Examples',
  exitTitle: 'Exit codes',
  environmentTitle: 'Environment',
  connection: [
    'An address (redis://…, rediss://…, redis+cluster://…, redis-sentinel://…, host:port behind the names), or what redis-cli takes:',
    '-h HOST -p PORT -s SOCKET -u URL -n DB -c --user NAME -a PASSWORD --tls --sni NAME --cacert FILE --cert FILE --key FILE --insecure',
    '--pass-file FILE and --pass-command JSON keep the password out of the arguments, and so does REDISCLI_AUTH for what is named so, or goes without saying.',
    'Without any: REDIS_URL, else 127.0.0.1:6379. Where a saved connection, or one of SLUICE_CONNECTIONS, leads to the same server, its “production” and “read-only” hold.',
    'Behind -- all words are names, also those that look like an option or an address.',
  ],
  environment: [
    ['REDIS_URL', 'the connection where none is named'],
    ['REDIS_PASSWORD_FILE', 'a file with the password of REDIS_URL'],
    ['REDISCLI_AUTH', 'the password of an address or of 127.0.0.1:6379; not of REDIS_URL, nor of a saved connection'],
    ['SLUICE_CONNECTIONS', 'a list of connections for --connection'],
    ['SLUICE_DATA_DIR', 'where everything is kept'],
    ['SLUICE_PASSPHRASE', 'the passphrase of the passwords that are kept'],
    ['SLUICE_LOG', 'debug, info, warn or error: a log on standard error'],
    ['NO_COLOR', 'no colours'],
  ] as const satisfies readonly (readonly [string, string])[],
  output:
    'On a terminal it prints tables, in a pipe one JSON object a line. Names that are no UTF-8 are {"base64": …} there. What a name or a value could do to a terminal is shown, not done.',
  signals:
    'SIGINT, SIGTERM and SIGHUP end a job after the batch in flight; what was done stays done, and can be undone. A second one ends at once.',
  exitCodes: [
    [0, 'done; of report: nothing needs a look'],
    [1, 'of report: something needs a look; of search: nothing was found'],
    [2, 'wrong use: nothing was done'],
    [3, 'the server could not be reached'],
    [4, 'refused, or not there: nothing was changed'],
    [5, 'some of it was not done or not seen, or nobody can tell'],
    [6, 'of report: something is bad'],
    [7, 'a file of this machine could not be read or written, or what was found could not be printed'],
    [70, 'a fault of Sluice'],
    [129, 'ended by SIGHUP'],
    [130, 'ended by SIGINT'],
    [143, 'ended by SIGTERM'],
  ] as const satisfies readonly (readonly [number, string])[],
  moreHelp:
    '“sluice help COMMAND” says how each is used. “sluice --web --help”: the web host; “sluice user” and “sluice token”: who may come in.',
  manName: 'sluice - look at Redis Streams and put them right',
}
