import { connect as connectTcp, type Socket } from 'node:net'
import { Client, type ClientChannel } from 'ssh2'
import { isAppError, type AppError } from '../../../shared/error'
import { hopName } from '../../../shared/hop-name'
import type { ServerEndpoint, SshHop } from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import { endpointName } from '../dial'
import { unreachable } from '../errors'
import { createSecretFilter } from '../hide-secret'
import { algorithmsOf, publicKeyOf, refusalOf, type KnownHost } from './host-key'
import { loginMethods, type HopSecrets } from './login'
import { forwardError, sshError } from './ssh-errors'
import { TunnelStream } from './tunnel-stream'

/** One SSH connection, logged in. */
export interface SshLine {
  /** A stream to a server that this one reaches. Rejects UNREACHABLE; one that hangs, once its time is up. */
  forward(to: ServerEndpoint): Promise<TunnelStream>
  /** Calls back, with the reason, once it is no more, and before its streams end for that. */
  onEnded(listener: (reason: AppError<'UNREACHABLE'>) => void): void
  end(): void
  /** False: it does not keep the process alive. */
  hold(held: boolean): void
}

export interface SshLineOptions {
  readonly hop: SshHop
  /** Asked for once the server is reached: a person, or a command, may have to be asked. */
  readonly secrets: () => Promise<HopSecrets>
  readonly known: KnownHost
  /** What leads to it; null: TCP. */
  readonly over: TunnelStream | null
  /** To reach it, and for each stream; twice that to shake hands and log in. */
  readonly stepMs: number
  /** Of a connection that says nothing; the third that is not answered ends it. */
  readonly keepAliveMs: number
  /** Ends it, also while it is being made. */
  readonly signal: AbortSignal
}

/** Connects, checks the server's key, and logs in. Rejects UNREACHABLE. */
export async function openSshLine(options: SshLineOptions): Promise<SshLine> {
  const { hop, known, over, stepMs, signal } = options
  const name = hopName(hop)
  const socket = over ?? (await reach(hop, stepMs, name))
  const ask = async () => {
    const secrets = await options.secrets()
    if (socket.destroyed) throw unreachable('ssh-closed', name)
    // A key that is encrypted takes its time.
    const next = await loginMethods(hop, secrets, name, signal)
    if (socket.destroyed) throw unreachable('ssh-closed', name)
    return { hidden: createSecretFilter(secrets.password), next }
  }
  const { hidden, next } = await ask().catch((error: unknown) => {
    socket.destroy()
    throw signal.aborted ? unreachable('ssh-closed', name) : error
  })
  const client = new Client()
  let why: AppError<'UNREACHABLE'> | null = null

  /** Also where the other side says nothing more. */
  const giveUp = (reason: AppError<'UNREACHABLE'>): void => {
    why ??= reason
    socket.destroy()
  }
  let gone: AppError<'UNREACHABLE'> | null = null
  client.once('close', () => (gone = why ?? unreachable('ssh-closed', name)))
  const onEnded: SshLine['onEnded'] = (listener) => {
    if (gone) listener(gone)
    else client.once('close', () => listener(gone ?? unreachable('ssh-closed', name)))
  }
  const end = (): void => {
    client.end()
    socket.destroy()
  }
  // Emitted at any time, and fatal to the process where nobody listens.
  client.on('error', (error: unknown) => giveUp(hidden.error(sshError(error, name)) as AppError<'UNREACHABLE'>))
  client.on('change password', () => giveUp(unreachable('ssh-auth', name, message('ssh.password-expired'))))
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve)
    onEnded(reject)
  })
  const preferred = algorithmsOf(known)
  try {
    client.connect({
      sock: socket,
      username: hop.username,
      readyTimeout: 2 * stepMs,
      keepaliveInterval: options.keepAliveMs,
      keepaliveCountMax: 3,
      algorithms: {
        serverHostKey: { append: [], remove: preferred, prepend: preferred },
        // What is compressed may grow beyond all bounds.
        compress: ['none'],
      },
      authHandler: (offered, _partial, use) => use((next(offered ?? []) ?? false) as never),
      hostVerifier(blob: Buffer): boolean {
        const key = publicKeyOf(blob)
        const refusal = key
          ? refusalOf({ host: hop.host, port: hop.port, ...key }, known, name)
          : unreachable('not-ssh', name)
        why ??= refusal
        return refusal === null
      },
    })
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    await ready
  } catch (error) {
    socket.destroy()
    throw error
  }
  onEnded(() => signal.removeEventListener('abort', end))

  return {
    onEnded,
    end,
    hold(held) {
      if (over !== null) return
      if (held) (socket as Socket).ref()
      else (socket as Socket).unref()
    },
    async forward(to) {
      const at = endpointName({ endpoint: to })
      try {
        return await openStream(client, to, stepMs, { at, name })
      } catch (error) {
        if (gone !== null) throw gone
        throw isAppError(error) ? error : hidden.error(forwardError(error as Error, at, name))
      }
    },
  }
}

async function reach({ host, port }: SshHop, stepMs: number, name: string): Promise<Socket> {
  const socket = connectTcp({ host, port, noDelay: true })
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy()
      reject(unreachable('ssh-timeout', name))
    }, stepMs)
    const done = (): void => {
      clearTimeout(timer)
      socket.removeListener('error', failed)
    }
    const failed = (error: Error): void => {
      clearTimeout(timer)
      reject(sshError(error, name))
    }
    socket.once('error', failed)
    // It may be lost while the secrets are asked for: that is seen then.
    socket.on('error', () => undefined)
    socket.once('connect', () => {
      done()
      resolve(socket)
    })
  })
}

/** https://www.rfc-editor.org/rfc/rfc4254#section-7.2; of a Unix socket OpenSSH's own. */
async function openStream(
  client: Client,
  to: ServerEndpoint,
  limitMs: number,
  { at, name }: { readonly at: string; readonly name: string },
): Promise<TunnelStream> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      reject(unreachable('timeout', `${at} from ${name}`))
    }, limitMs)
    const done = (error: Error | undefined, channel: ClientChannel): void => {
      clearTimeout(timer)
      if (error) return reject(error)
      const made = new TunnelStream(channel)
      if (isLate) made.destroy()
      else resolve(made)
    }
    try {
      if (to.kind === 'unix') client.openssh_forwardOutStreamLocal(to.path, done)
      else client.forwardOut('127.0.0.1', 0, to.host, to.port, done)
    } catch {
      // Its socket can't be written to any more.
      clearTimeout(timer)
      reject(unreachable('ssh-closed', name))
    }
  })
}
