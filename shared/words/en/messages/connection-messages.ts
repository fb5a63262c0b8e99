import { displayBytes, type Bytes } from '../../../bytes'
import type { CapabilityName, GivenBy } from '../../../model/connection'
import { GIVEN_BY } from '../given-by'

/** A capability by the command that it comes with. */
const COMMANDS: Readonly<Record<CapabilityName, string>> = {
  scanType: 'SCAN … TYPE',
  trimMinId: 'XTRIM MINID',
  xadd: 'XADD',
  noMkStream: 'XADD NOMKSTREAM',
  xack: 'XACK',
  xclaim: 'XCLAIM',
  xautoclaim: 'XAUTOCLAIM',
  xtrim: 'XTRIM',
  xdel: 'XDEL',
  xgroup: 'XGROUP CREATE',
  xsetid: 'XSETID',
  xcfgset: 'XCFGSET',
  renamenx: 'RENAMENX',
  createConsumer: 'XGROUP CREATECONSUMER',
  entriesRead: 'XGROUP CREATE … ENTRIESREAD',
  hset: 'HSET',
  multi: 'MULTI and EXEC',
  xackdel: 'XACKDEL',
  xdelex: 'XDELEX',
  xnack: 'XNACK',
  eval: 'EVAL',
  memoryUsage: 'MEMORY USAGE',
}

/** Of a server, and of what its ACL lets us do. */
export const connectionMessages = {
  'connection.no-capability': ({ name }: { readonly name: CapabilityName }) =>
    `This server has no ${COMMANDS[name] ?? name}.`,
  /** `user` empty: the default one. */
  'connection.not-allowed': ({ name, user }: { readonly name: CapabilityName; readonly user: string }) =>
    `The user "${user || 'default'}" is not allowed to run ${COMMANDS[name] ?? name}.`,
  'connection.not-allowed-on': ({
    name,
    user,
    key,
  }: {
    readonly name: CapabilityName
    readonly user: string
    readonly key: Bytes
  }) => `The user "${user || 'default'}" is not allowed to run ${COMMANDS[name] ?? name} on ${displayBytes(key)}.`,
  'connection.replica': () => 'This server is a replica: it is read only. Connect to its primary to write.',
  'connection.lacks-it': () => 'This server lacks it.',
  'connection.given': ({ by }: { readonly by: GivenBy }) =>
    `It was given ${GIVEN_BY[by]}, and is not saved: change it there. A copy of it can be saved, without its password.`,
  'connection.not-saved': () => 'It is there for this session only, and has no place among those that are saved.',
  'connection.maybe-plain-port': () => 'with TLS: perhaps this port is a plain one',
}
