import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import {
  connectionProfile,
  type ConnectionStatus,
  type SecretPurpose,
  type ServerInfo,
} from '../../../shared/model/connection'
import { maskOf, type Mask } from '../../../shared/masking/mask'
import type { CommandFilter, CommandLogEvent } from '../../../shared/model/command-log'
import type { TestEvent } from '../../../shared/model/connection-test'
import type { HostKey } from '../../../shared/model/host-key'
import { toBuffer } from '../../redis/bytes'
import type { ConnectionTimings } from '../../redis/connect-options'
import { endpointName } from '../../redis/dial'
import { unreachable } from '../../redis/errors'
import { eachSentBy, keepSenders, sentBy, TEST } from '../../redis/sent-by'
import type { Source } from '../../redis/source'
import type { Topology } from '../../redis/topology'
import { followCommands } from './command-log/follow-commands'
import { openConnectionBook, type ConnectionBook } from './connection-book'
import type { ConnectionDraft } from './draft-secrets'
import { openKnownHosts } from './known-hosts'
import type { LinkSetup } from './dialer'
import { makeLink } from './make-link'
import type { Secrets } from './secrets'
import { testSteps } from './test-steps/test-steps'

export interface ConnectionTest {
  readonly server: ServerInfo
  readonly latencyMs: number | null
}

/** The connections there are, and what is behind each of them. Every `id` unknown is NOT_FOUND. */
export interface Connections extends Pick<
  ConnectionBook,
  'list' | 'watchList' | 'get' | 'lasting' | 'add' | 'give' | 'save' | 'remove' | 'move'
> {
  /** Opens the draft beside everything else, asks what the server is, and closes. Throws UNREACHABLE. */
  test(draft: ConnectionDraft): Promise<ConnectionTest>
  /** The same step by step: see `testSteps`. */
  testSteps(draft: ConnectionDraft, signal?: AbortSignal): AsyncGenerator<TestEvent, void>
  /** Opens, or joins what is open. A password given is kept. `byItself`: no person asks for it. Throws UNREACHABLE. */
  open(id: string, password?: string, byItself?: boolean): Promise<ConnectionStatus>
  /** From now on an SSH server that shows this key is trusted: a person compared it. Throws STORAGE. */
  acceptHostKey(key: HostKey): Promise<void>
  /** Closes one, or all, and then looks for no more changes. */
  close(id?: string): void
  status(id: string): ConnectionStatus
  watch(id: string, signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** The same without asking for the latency: costs the server nothing. */
  states(id: string, signal?: AbortSignal): AsyncGenerator<ConnectionStatus, void>
  /** What was sent on it lately and is sent now, also while it is closed: see `followCommands`. */
  commands(id: string, filter: CommandFilter, signal?: AbortSignal): AsyncGenerator<CommandLogEvent, void>
  /** These throw UNREACHABLE not-open where the connection is closed. While it reconnects, every call fails at once. */
  topology(id: string): Topology
  /** A key, and a reader of the server that has it. */
  source(id: string, key: Bytes): Source
  /**
   * What tells whether the server of a key is still the one that it was, without asking it. Throws UNREACHABLE while a
   * connection comes back, and is not known by it yet.
   */
  stamp(id: string, key: Bytes): ServerStamp
  /** What of its entries is masked; null: nothing. */
  mask(id: string): Mask | null
  /** The server of a key. */
  server(id: string, key: Bytes): ServerInfo
  /** What holds for every server behind the connection. */
  anyServer(id: string): ServerInfo
  /**
   * Resolves when a lost connection to the server of a key is back: to true when nothing that was sent before can still be carried out. Throws
   * UNREACHABLE when it was closed or failed, and the signal's reason.
   */
  whenReady(id: string, key: Bytes, signal?: AbortSignal): Promise<boolean>
}

/** `line`: the connection to it; `runId` null: not told. */
export interface ServerStamp {
  readonly line: number
  readonly runId: string | null
}

export interface ConnectionsOptions {
  readonly dataDir: string
  /** Where the connections are; with all the rest by default. */
  readonly configDir?: string | undefined
  readonly secrets: Secrets
  readonly log: Logger
  readonly timings?: ConnectionTimings
  /** Whether what is sent is noted for the command log, for some ten microseconds a command; so by default. */
  readonly notesCommands?: boolean | undefined
  /** OpenSSH's known_hosts; the user's own by default. */
  readonly sshKnownHosts?: string | undefined
}

/** Reads the saved connections. Throws STORAGE where that can't be done; what can't be understood is kept aside. */
export async function createConnections({
  dataDir,
  configDir = dataDir,
  secrets,
  log,
  timings = {},
  notesCommands = true,
  sshKnownHosts,
}: ConnectionsOptions): Promise<Connections> {
  if (notesCommands) keepSenders()
  const knownHosts = await openKnownHosts({ dataDir, userFile: sshKnownHosts, log })
  const common = { timings, knownHosts, log }
  const book = await openConnectionBook({
    ...{ dataDir: configDir, secrets, log },
    link(connectionId, profile, log) {
      const commands = notesCommands ? log : undefined
      const secret = (purpose: SecretPurpose) => book.knownSecret(connectionId, purpose)
      return makeLink({ connectionId, profile, secret, commands, ...common })
    },
  })
  const { find, findOwn } = book

  const notOpen = (id: string) => unreachable('not-open', endpointName(find(id).profile))
  const topology = (id: string): Topology => {
    const open = find(id).link.topology()
    if (!open) throw notOpen(id)
    return open
  }
  /** Of one link after the other, as they take each other's place. */
  async function* follow(id: string, signal: AbortSignal | undefined, by: 'watch' | 'states') {
    for (;;) {
      const { link, replaced } = find(id)
      const either = signal ? AbortSignal.any([signal, replaced.signal]) : replaced.signal
      yield* link[by](either)
      if (signal?.aborted || !replaced.signal.aborted) return
    }
  }

  const trialOf = (draft: ConnectionDraft): LinkSetup => {
    const profile = connectionProfile.parse(draft.profile)
    const commands = draft.id === undefined ? undefined : find(draft.id).commands
    if (draft.secretsOf !== undefined) findOwn(draft.secretsOf)
    const secret = (purpose: SecretPurpose) => book.secretOf(draft, purpose)
    return { connectionId: 'trial', profile: () => profile, secret, commands, ...common }
  }

  return {
    ...book,
    async *testSteps(draft, signal = new AbortController().signal) {
      yield* eachSentBy(TEST, testSteps(trialOf(draft), signal))
    },
    test: (draft) =>
      sentBy(TEST, async () => {
        const setup = trialOf(draft)
        const trial = makeLink(setup)
        try {
          const { server } = await trial.open()
          if (!server) throw unreachable('not-open', endpointName(setup.profile()))
          const latencies = (trial.topology()?.primaries() ?? []).map((each) => each.ping())
          const slowest = (await Promise.all(latencies)).reduce(slower, null)
          return { server, latencyMs: slowest }
        } finally {
          trial.close()
        }
      }),
    async open(id, password, byItself) {
      if (password !== undefined) await book.setPassword(id, password || null)
      return find(id).link.open(byItself)
    },
    acceptHostKey: (key) => knownHosts.accept(key),
    close(id) {
      if (id !== undefined) return find(id).link.close()
      knownHosts.close()
      book.close()
    },
    status: (id) => find(id).link.status(),
    watch: (id, signal) => follow(id, signal, 'watch'),
    states: (id, signal) => follow(id, signal, 'states'),
    commands(id, filter, signal) {
      const { commands } = find(id)
      return followCommands(commands, filter, () => find(id), signal)
    },
    topology,
    source(id, key) {
      const raw = toBuffer(key)
      return { reader: topology(id).clientOf(raw).reader, key: raw }
    },
    stamp(id, key) {
      const server = topology(id).clientOf(toBuffer(key))
      const runId = server.runId()
      if (runId === undefined) throw unreachable('closed', server.endpoint)
      return { line: server.line(), runId }
    },
    mask: (id) => maskOf(find(id).profile.masked),
    server: (id, key) => find(id).link.server(toBuffer(key)),
    anyServer(id) {
      const { server } = find(id).link.status()
      if (server === null) throw notOpen(id)
      return server
    },
    whenReady: (id, key, signal) => find(id).link.whenReady(toBuffer(key), signal),
  }
}

/** Null: not told. */
function slower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}
