import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { struck as count } from './faults-struck'
import { commandName, createFrameSplitter, isPush, requestArguments } from './resp'

/** Which command is meant: its name, in any case, or a look at its arguments (the name first). */
export type CommandMatch = string | ((args: readonly string[]) => boolean)

/** What happens to a command. Each cut closes the connection at both ends. */
export type Fault =
  /** The server never saw it. */
  | { readonly kind: 'cut-before-forward' }
  /** The client hears no more, and takes its connection for lost; the server gets it when `deliver` is called. */
  | { readonly kind: 'cut-and-keep' }
  /** The server carried it out; its reply is lost. */
  | { readonly kind: 'cut-before-reply' }
  /** As above, and the first `bytes` of the reply arrive. */
  | { readonly kind: 'cut-in-reply'; readonly bytes: number }
  /** Its reply, and all that follow, come `ms` later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The server never saw it; these bytes of RESP (or of anything else) are the reply. */
  | { readonly kind: 'answer'; readonly reply: string }
  /** The server carried it out; these bytes replace its reply. */
  | { readonly kind: 'replace-reply'; readonly reply: string }

export interface FaultProxy {
  readonly host: string
  readonly port: number
  readonly url: string
  /** How many clients are connected now. */
  readonly connections: number
  /** Names of all commands that came through so far, in upper case. */
  readonly commands: readonly string[]
  /** Strikes the next command that matches; `times` of them. Resolves when the last has been struck. */
  fault(match: CommandMatch, fault: Fault, times?: number): Promise<void>
  /** Strikes no more. What was to be struck yet is never said to be. */
  spare(): void
  /** Gives the server what `cut-and-keep` kept. Resolves once that is done with. */
  deliver(): Promise<void>
  /** Closes every connection now. New ones are taken. */
  cut(): void
  /** Nothing goes through in either direction, and nothing is closed. New connections are taken, and get no answer. */
  blackhole(): void
  /** Ends a blackhole. What was held is delivered. */
  resume(): void
  /** New connections are closed at once, as by a server that is down; until `accept`. */
  refuse(): void
  accept(): void
  stop(): Promise<void>
}

interface Trap {
  readonly match: (args: readonly string[]) => boolean
  readonly fault: Fault
  left: number
  readonly struck: () => void
}

/** A TCP proxy before a plain (not TLS) Redis that understands RESP, so that faults strike an exact command or reply. */
export async function startFaultProxy(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  const traps: Trap[] = []
  const commands: string[] = []
  const links = new Set<Link>()
  let held = false
  let refusing = false

  const takeFault = (request: Buffer): Fault | null => {
    commands.push(commandName(request).toUpperCase())
    if (traps.length === 0) return null
    const args = requestArguments(request).map(String)
    const trap = traps.find(({ match }) => match(args))
    if (!trap) return null
    trap.left -= 1
    if (trap.left === 0) traps.splice(traps.indexOf(trap), 1)
    if (trap.left === 0) trap.struck()
    // Late by nothing is only told of, as by those who count commands.
    if (trap.fault.kind !== 'delay' || trap.fault.ms > 0) count(trap.fault.kind)
    return trap.fault
  }

  const server = createServer({ noDelay: true }, (client) => {
    if (refusing) return void client.destroy()
    const upstream = connect({ ...target, noDelay: true })
    const link = openLink(client, upstream, takeFault)
    if (held) link.hold()
    links.add(link)
    client.once('close', () => !link.keeps() && links.delete(link))
    upstream.once('close', () => links.delete(link))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cutAll = (): void => {
    for (const link of links) link.cut()
  }

  return {
    host: '127.0.0.1',
    port,
    url: `redis://127.0.0.1:${port}`,
    commands,
    get connections() {
      return links.size
    },
    fault: (match, fault, times = 1) =>
      new Promise((struck) => traps.push({ match: matcher(match), fault, left: times, struck })),
    spare: () => void traps.splice(0),
    async deliver() {
      await Promise.all([...links].map((link) => link.deliver()))
    },
    cut() {
      count('cut')
      cutAll()
    },
    blackhole() {
      count('nothing goes through')
      held = true
      for (const link of links) link.hold()
    },
    resume() {
      held = false
      for (const link of links) link.release()
    },
    refuse() {
      count('refused at the door')
      refusing = true
    },
    accept: () => void (refusing = false),
    async stop() {
      const closed = once(server, 'close')
      server.close()
      cutAll()
      await closed
    },
  }
}

interface Link {
  cut(): void
  hold(): void
  release(): void
  keeps(): boolean
  deliver(): Promise<void>
}

/** One client and its own connection to the server. `awaited` holds, per command and in order, what befalls its reply. */
function openLink(client: Socket, server: Socket, takeFault: (request: Buffer) => Fault | null): Link {
  const awaited: (Fault | null)[] = []
  const requests = createFrameSplitter()
  const replies = createFrameSplitter()
  let delivered = Promise.resolve()
  const kept: Buffer[] = []

  const cut = (): void => {
    client.destroy()
    server.destroy()
  }
  /** What is written together; null when nothing waits to be. */
  let batch: Buffer[] | null = null
  const deliver = (bytes: Buffer | string, delayMs = 0): void => {
    const part = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    if (batch !== null && delayMs === 0) return void batch.push(part)
    const own = [part]
    batch = own
    delivered = delivered.then(async () => {
      if (delayMs > 0) await setTimeout(delayMs)
      if (batch === own) batch = null
      if (client.writable) client.write(joined(own))
    })
  }
  /** Gives the made-up replies whose turn it is: those that no reply of the server comes before. */
  const answerInTurn = (): void => {
    for (let next = awaited[0]; next?.kind === 'answer'; next = awaited[0]) {
      awaited.shift()
      deliver(next.reply)
    }
  }

  client.on('data', (chunk: Buffer) => {
    const forward: Buffer[] = []
    const flush = (): void => {
      if (forward.length > 0) server.write(joined(forward.splice(0)))
    }
    for (const frame of requests.push(chunk)) {
      const fault = takeFault(frame)
      if (fault?.kind === 'cut-before-forward') {
        flush()
        return cut()
      }
      if (kept.length > 0 || fault?.kind === 'cut-and-keep') {
        kept.push(frame)
        client.destroy()
        continue
      }
      awaited.push(fault)
      if (fault?.kind === 'answer') answerInTurn()
      else forward.push(frame)
    }
    flush()
  })

  server.on('data', (chunk: Buffer) => {
    for (const frame of replies.push(chunk)) {
      const fault = isPush(frame) ? null : (awaited.shift() ?? null)
      if (fault?.kind === 'cut-before-reply') return cut()
      if (fault?.kind === 'cut-in-reply') {
        deliver(frame.subarray(0, fault.bytes))
        batch = null
        return void delivered.then(() => client.end(cut))
      }
      deliver(fault?.kind === 'replace-reply' ? fault.reply : frame, fault?.kind === 'delay' ? fault.ms : 0)
      answerInTurn()
    }
  })

  // Either side's end is passed on after what it said before; a reset of either is passed on at once.
  server.on('end', () => void delivered.then(() => client.end()))
  client.on('end', () => server.end())
  for (const socket of [client, server]) {
    socket.on('error', cut)
    socket.on('close', (failed) => failed && cut())
  }
  return {
    cut,
    hold() {
      client.pause()
      server.pause()
    },
    release() {
      client.resume()
      server.resume()
    },
    keeps: () => kept.length > 0,
    async deliver() {
      const frames = kept.splice(0)
      if (frames.length === 0 || !server.writable) return
      const closed = new Promise((resolve) => server.once('close', resolve))
      server.end(Buffer.concat(frames))
      // The server closes it once it has carried them out; at once, where it has ended it already.
      await closed
    },
  }
}

const joined = (parts: readonly Buffer[]): Buffer => (parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts))

function matcher(match: CommandMatch): (args: readonly string[]) => boolean {
  return typeof match === 'function' ? match : ([name]) => name?.toUpperCase() === match.toUpperCase()
}
