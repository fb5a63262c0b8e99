import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import {
  connection,
  connectionProfile,
  connectionStatus,
  importEntry,
  MOST_IMPORTED,
  secretPurpose,
  serverInfo,
} from '../model/connection'
import { commandFilter, commandLogEvent } from '../model/command-log'
import { testEvent } from '../model/connection-test'
import { hostKey } from '../model/host-key'
import { looks, looksBut, manages, onConnection, prepares } from './base'

/**
 * `secrets`: what is not in it stays as it is known; null: none. `shown`: the profile as it was when the person began to change
 * it. What they left alone stays as it is by now, should another process have changed it. `secretsOf`: of a new one, another
 * connection whose secrets it has as well, where `secrets` says nothing.
 */
const draft = z.object({
  id: z.string().optional(),
  profile: connectionProfile,
  shown: connectionProfile.optional(),
  secretsOf: z.string().optional(),
  secrets: z.partialRecord(secretPurpose, z.string().max(65_536).nullable()).optional(),
})

const importText = z.object({ text: z.string().min(1).max(MOST_IMPORTED) })

export const connectionContract = {
  list: looks.output(z.array(connection)),
  /** The list now, and again whenever one is added, changed or removed, by whatever process, until the caller leaves. */
  watchList: looks.output(eventIterator(z.array(connection))),
  /** Reads URLs of Redis, `host:port`, and lines of redis-cli. The password comes back beside the profile, for the form only. */
  parseUrl: manages
    .input(z.object({ url: z.string().min(1).max(8192) }))
    .output(z.object({ profile: connectionProfile, password: z.string().nullable() })),
  /** Connects with the draft on a connection of its own, asks what the server is, and closes. */
  test: manages.input(draft).output(z.object({ server: serverInfo, latencyMs: z.number().nullable() })),
  /**
   * The same step by step, each as it begins and as it ends, with what was found and what to do about it. Ends with the first
   * server of those it needs that can't be reached, or with a result; and as soon as the caller leaves. Writes nothing.
   */
  testSteps: manages.input(draft).output(eventIterator(testEvent)),
  save: manages.input(draft).output(connection),
  /** What an import would add: addresses, one a line, or what Sluice and other programs export. Reads no file. */
  planImport: manages.input(importText).output(z.array(importEntry)),
  /** Saves those that are chosen by their positions and are new; what of it is known is left alone. */
  import: manages.input(importText.extend({ at: z.array(z.int()).max(1_000) })).output(z.object({ saved: z.int() })),
  /** The saved connections as text, without secrets, as an import takes it. */
  export: manages.output(z.object({ text: z.string() })),
  remove: manages.input(onConnection).output(z.void()),
  /** To another folder (empty: none), and there before another connection, or behind all. */
  move: manages
    .input(onConnection.extend({ before: z.string().max(64).nullable(), folder: z.string().trim().max(80) }))
    .output(z.void()),
  /**
   * Opens, or joins what is open. `password` is kept by the host. `byItself`: no person asks for it, so a password that was refused is
   * not sent again.
   */
  open: looksBut({ password: 'admin' })
    .input(onConnection.extend({ password: z.string().max(4096).optional(), byItself: z.boolean().optional() }))
    .output(connectionStatus),
  /** From now on the SSH server that shows this key there is trusted: a person was asked. */
  trustHostKey: manages.input(hostKey).output(z.void()),
  close: prepares.input(onConnection).output(z.void()),
  /**
   * What was sent on it lately, to all of its servers, and what is sent now, without any value: see `commandLogEvent`. Also while it is closed.
   */
  commands: looks.input(onConnection.extend({ filter: commandFilter })).output(eventIterator(commandLogEvent)),
  /** The state now, and every change until the caller leaves. */
  watch: looks.input(onConnection).output(eventIterator(connectionStatus)),
}
