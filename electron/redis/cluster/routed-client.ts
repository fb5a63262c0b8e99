import { setTimeout as delay } from 'node:timers/promises'
import { isAppError, type AppError } from '../../../shared/error'
import type { RedisClient } from '../client'
import { commandKey } from '../command-key'
import { callLarge, type Argument, type Reader, type ReadLine, type Writer } from '../reader-writer'
import type { Reply } from '../reply'
import type { WritePermit } from '../write-permit'
import { redirectionIn, type Redirection } from './redirection'
import { createWritesUnderWay } from './writes-under-way'

/** The nodes of a cluster, as they are by now. */
export interface Nodes {
  /** Who has the slot of this key. Throws UNREACHABLE where that is nobody, or nobody that answers: nothing was sent. */
  ownerOf(key: Buffer): RedisClient
  /** Takes note of it, and gives whom it names. Throws UNREACHABLE. */
  follow(to: Exclude<Redirection, { kind: 'try-again' }>): Promise<RedisClient>
}

/** Slots may move on while a command follows them. */
const MOST_HOPS = 8
/** In all some four seconds: a key moves in less, unless it is huge. */
const TRY_AGAIN_MS = 50
const MOST_TRIES = 12

interface Step {
  readonly client: RedisClient
  /** It was sent there by ASK, which holds for one command. */
  readonly asking: boolean
}

/**
 * Sends each command to the node that has its key, and follows where that is another by now: one that was redirected was
 * not carried out, so it is sent once all the same. What has no key goes to `home`; a transaction goes where its first key
 * lies. `origin`: the cluster, see `Reader`.
 */
export function createRoutedClient(nodes: Nodes, home: () => RedisClient, origin: object): RedisClient {
  const nodeFor = (command: string, args: readonly Argument[]): RedisClient => {
    const key = commandKey(command, args)
    return key === null ? home() : nodes.ownerOf(key)
  }
  /** Where to send it next; throws `error` where it is no redirection, or goes round and round. */
  const follow = async (error: unknown, { client }: Step, hop: number): Promise<Step> => {
    const redirection = redirectionIn(error, client.endpoint)
    if (redirection === null || hop >= (redirection.kind === 'try-again' ? MOST_TRIES : MOST_HOPS)) throw error
    if (redirection.kind !== 'try-again') {
      return { client: await nodes.follow(redirection), asking: redirection.kind === 'ask' }
    }
    await delay(TRY_AGAIN_MS * (hop + 1))
    return { client, asking: false }
  }
  const routed = async <T>(
    first: Step,
    work: (step: Step) => Promise<T>,
    ended?: (by: RedisClient) => void,
  ): Promise<T> => {
    let step = first
    for (let hop = 0; ; hop += 1) {
      try {
        const result = await work(step)
        if (hop > 0) ended?.(step.client)
        return result
      } catch (error) {
        step = await follow(error, step, hop)
      }
    }
  }
  const start = (command: string, args: readonly Argument[]): Step => ({
    client: nodeFor(command, args),
    asking: false,
  })
  const sideOf = ({ client, asking }: Step) => (asking ? client.asking : client)

  const read = (first: Step, [command, ...args]: ReadLine): Promise<Reply> =>
    routed(first, (step) => sideOf(step).reader.call(command, ...args))
  /** One line of a pipeline: where its node redirected it, it follows alone. */
  const followIfRedirected = async (
    line: ReadLine,
    client: RedisClient,
    result: Reply | AppError,
  ): Promise<Reply | AppError> => {
    if (redirectionIn(result, client.endpoint) === null) return result
    try {
      return await read(await follow(result, { client, asking: false }, 0), line)
    } catch (error) {
      if (isAppError(error)) return error
      throw error
    }
  }

  const reader: Reader = {
    origin,
    call: async (command, ...args) =>
      routed(start(command, args), (step) => sideOf(step).reader.call(command, ...args)),
    callLarge: async (command, ...args) =>
      routed(start(command, args), (step) => callLarge(sideOf(step).reader, command, ...args)),
    async pipeline(lines) {
      const byNode = new Map<RedisClient, number[]>()
      for (const [at, [command, ...args]] of lines.entries()) {
        const client = nodeFor(command, args)
        byNode.set(client, [...(byNode.get(client) ?? []), at])
      }
      const results: (Reply | AppError)[] = []
      const work = [...byNode].map(async ([client, ats]) => {
        const own = ats.flatMap((at) => (lines[at] ? [{ at, line: lines[at] }] : []))
        const replies = await client.reader.pipeline(own.map(({ line }) => line))
        for (const [index, { at, line }] of own.entries()) {
          results[at] = await followIfRedirected(line, client, replies[index] ?? null)
        }
      })
      await Promise.all(work)
      return results
    },
  }
  const writer = (permit: WritePermit): Writer => {
    const writes = createWritesUnderWay()
    return {
      reader: writes.behind(reader),
      write: async (command, ...args) =>
        writes.follow((redirected) =>
          routed(
            start(command, args),
            (step) =>
              sideOf(step)
                .writer(permit)
                .write(command, ...args),
            redirected,
          ),
        ),
      async transaction(lines) {
        const [command, ...args] = lines[0] ?? ['UNLINK']
        return writes.follow((redirected) =>
          routed(start(command, args), (step) => sideOf(step).writer(permit).transaction(lines), redirected),
        )
      },
    }
  }
  /** A refusal is what is asked for here; a redirection is none. */
  const probed = async (first: RedisClient, probe: (client: RedisClient) => Promise<AppError | null>) => {
    let step: Step = { client: first, asking: false }
    for (let hop = 0; ; hop += 1) {
      const refusal = await probe(step.client)
      if (redirectionIn(refusal, step.client.endpoint) === null || hop >= MOST_HOPS) return refusal
      step = await follow(refusal, step, hop)
    }
  }

  return {
    get endpoint() {
      return home().endpoint
    },
    get username() {
      return home().username
    },
    reader,
    writer,
    asking: { reader, writer },
    ping: async () => home().ping(),
    probe: async (name) => home().probe(name),
    probeKey: async (name, key) => probed(nodes.ownerOf(key), (client) => client.probeKey(name, key)),
    line: () => whereHome(home, (client) => client.line(), -1),
    runId: () => whereHome(home, (client) => client.runId(), undefined),
    isReady: () => whereHome(home, (client) => client.isReady(), false),
  }
}

/** `otherwise` where there is no such node now. */
function whereHome<T>(home: () => RedisClient, ask: (client: RedisClient) => T, otherwise: T): T {
  try {
    return ask(home())
  } catch (error) {
    if (isAppError(error, 'UNREACHABLE')) return otherwise
    throw error
  }
}
