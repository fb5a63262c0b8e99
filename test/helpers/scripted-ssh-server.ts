import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { Server, type AuthContext, type Connection } from 'ssh2'
import type { SshHop } from '../../shared/model/connection'
import type { HostKey } from '../../shared/model/host-key'
import { makeSshKey } from './ssh-keys'

export interface ScriptedSshSetup {
  /** Takes this password, by these ways; anybody without. */
  readonly password?: string
  readonly by?: readonly ('password' | 'keyboard-interactive')[]
  /** Names that only this server knows, and where they lead. */
  readonly hosts?: Readonly<Record<string, { readonly host: string; readonly port: number }>>
  /** Instead of all of the above. */
  readonly onLogin?: (context: AuthContext) => void
  /** What it says to whoever asks for a stream to a host that it does not know. */
  readonly refusal?: string
  /** False: an asked-for stream is neither given nor refused. */
  readonly forwards?: boolean
}

export interface ScriptedSsh {
  readonly hostKey: HostKey
  /** How often each way to log in was tried. */
  readonly tries: readonly string[]
  hop(changes?: Partial<SshHop>): SshHop
  stop(): Promise<void>
}

/** A real SSH server within this process, for what a machine's own can't be asked to do: passwords, and bad manners. */
export async function startScriptedSsh(setup: ScriptedSshSetup): Promise<ScriptedSsh> {
  const { password, by = ['password'], hosts = {}, refusal, forwards = true } = setup
  const key = await makeSshKey()
  const tries: string[] = []
  const open = new Set<Connection>()

  const onLogin = (context: AuthContext): void => {
    tries.push(context.method)
    if (setup.onLogin) return setup.onLogin(context)
    if (password === undefined) return context.accept()
    if (context.method === 'password' && by.includes('password') && context.password === password) {
      return context.accept()
    }
    if (context.method === 'keyboard-interactive' && by.includes('keyboard-interactive')) {
      return context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) =>
        answer === password ? context.accept() : context.reject([...by]),
      )
    }
    context.reject([...by])
  }
  const server = new Server({ hostKeys: [key.private] }, (client) => {
    open.add(client)
    client.on('authentication', onLogin)
    client.on('error', () => undefined)
    client.on('close', () => open.delete(client))
    client.on('tcpip', (accept, reject, { destIP, destPort }) => {
      if (!forwards) return
      const to = hosts[destIP]
      if (!to || destPort !== 6379) {
        if (refusal !== undefined) sayWithRefusal(client, refusal)
        return void reject()
      }
      const socket = connect(to)
      socket.once('connect', () => {
        const channel = accept()
        channel.pipe(socket).pipe(channel)
        channel.on('error', () => socket.destroy())
        channel.on('close', () => socket.destroy())
      })
      socket.on('error', () => undefined)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    hostKey: { host: '127.0.0.1', port, type: key.type, fingerprint: key.fingerprint },
    tries,
    hop: (changes = {}) => ({ host: '127.0.0.1', port, username: 'ada', auth: 'password', ...changes }),
    async stop() {
      for (const client of open) client.end()
      server.close()
      await once(server, 'close')
    },
  }
}

/** ssh2 refuses without a word. https://www.rfc-editor.org/rfc/rfc4254#section-5.1 */
function sayWithRefusal(client: Connection, text: string): void {
  const { _protocol: protocol } = client as unknown as {
    _protocol: { channelOpenFail(recipient: number, reason: number, description: string): void }
  }
  const refuse = protocol.channelOpenFail.bind(protocol)
  protocol.channelOpenFail = (recipient) => refuse(recipient, 2, text)
}
