import type { GivenBy } from '../../model/connection'

/** Of connections that are given from outside of Sluice: what is wrong with how, and what to do instead. Never with a value. */
export const outsideWords = {
  wrong: (where: string, problem: string, remedy: string) => `${where}: ${[problem, remedy].filter(Boolean).join(' ')}`,
  by: {
    'command-line': 'command line',
    REDIS_URL: 'REDIS_URL',
    SLUICE_CONNECTIONS: 'SLUICE_CONNECTIONS',
  } satisfies Record<GivenBy, string>,
  /** How an address on the command line is called. */
  address: 'the address',
  noValue: (flag: string) => `${flag} has no value. Write it behind the option.`,
  notWithSandbox: '--sandbox has a server of its own; leave the address, and redis-cli’s options, out',
  oneAddress: 'only one address can be given on the command line; put more of them into SLUICE_CONNECTIONS',
  addressOrUrl: 'give the address either by itself or by -u',
  tlsNeeded: 'It is for TLS. Write rediss://, or give “tls”.',
  notWithoutTls: (flag: string) => `${flag} is for TLS: add --tls, or write rediss://`,
  together: '--cert and --key go together',
  passwordTwice: (other: string) => `The password is given by ${other} as well. Leave one out.`,
  itsUrl: 'its URL',
  secretTwice: 'It is given twice. Leave one out.',
  checkFile: 'Check its path, and that this user may read it.',
  fileNotRead: (file: string, code: string) => `${file} can’t be read${code === '' ? '' : ` (${code})`}.`,
  fileTooLarge: (file: string, mostBytes: number) => `${file} has more than ${mostBytes} bytes.`,
  noPem: (file: string) => `${file} holds no certificate in PEM.`,
  noCommand: 'Give it as a JSON array: ["pass", "show", "redis"].',
  commandNotHere:
    'A command is taken only from a file that nobody but you may read or write (chmod 600), or by --pass-command.',
  noJson: 'This is no JSON, and the path of no file.',
  fileNoJson: (file: string) => `${file} holds no JSON.`,
  writeJson:
    'Give a JSON array of connections, an object with one as “connections”, or the path of a file that holds it.',
  noList: 'There is no list of connections in it.',
  tooMany: (most: number) => `There are more than ${most} connections in it.`,
  noObject: 'It must be an object.',
  noSuchConnection: (name: string, known: string) =>
    `--connection: there is no connection named ${name}${known === '' ? '' : `; there are ${known}`}`,
  connectionTwice: (name: string) => `--connection: more than one connection is named ${name}; give its id instead`,
  runsAlready:
    'it runs already, and its window was brought to the front: close it first to open what is given here, or add the connection there',
  hooks: {
    noAddress: 'allowAddresses holds something that is no address and no range',
    noSense: 'it holds no JSON of this kind',
    example: 'Write {"allowAddresses": ["10.0.0.0/8"], "commands": {"pager": ["/usr/local/bin/page", "--urgent"]}}.',
    notPrivate: 'others may read or write it',
    chmod: 'It has to belong to you, with mode 0600.',
  },
  seenByOthers:
    'a password on the command line can be seen by others on this machine, and stays in the shell’s history: give it by REDISCLI_AUTH or --pass-file',
}
