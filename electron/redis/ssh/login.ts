import { utils, type AnyAuthMethod, type ParsedKey } from 'ssh2'
import type { SshHop } from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import { unreachable } from '../errors'
import { isOpenSshKey, KeyLocked, unlockOpenSshKey } from './unlock-key'

/** What proves at one SSH server who one is, as far as it is known. All of it is secret. */
export interface HopSecrets {
  readonly password: string | null
  readonly key: string | null
  readonly passphrase: string | null
}

/** `none`: asked for the ways that there are. Null: there is no other way to try. */
export type NextMethod = (offered: readonly string[]) => AnyAuthMethod | null

/** How the server says which ways in it has: it refuses this one. https://www.rfc-editor.org/rfc/rfc4252#section-5.2 */
const ASK = 'none'

/**
 * The ways to log in, one after the other. A password is sent once, by whichever way the server takes one. Rejects
 * UNREACHABLE ssh-password, ssh-key or ssh-agent where it can't even be tried.
 */
export async function loginMethods(
  hop: SshHop,
  secrets: HopSecrets,
  name: string,
  signal: AbortSignal,
): Promise<NextMethod> {
  const { username } = hop
  switch (hop.auth) {
    case 'password': {
      const { password } = secrets
      if (password === null) throw unreachable('ssh-password', name)
      return oneAfterOther(
        () => ({ type: ASK, username }),
        (offered) =>
          offered.includes('password')
            ? { type: 'password', username, password }
            : { type: 'keyboard-interactive', username, prompt: promptFor(password) },
      )
    }
    case 'key': {
      const key = await readKey(secrets, name, signal)
      return oneAfterOther(() => ({ type: 'publickey', username, key }))
    }
    case 'agent': {
      const agent = agentAddress()
      if (agent === null) throw unreachable('ssh-agent', name, message('ssh.no-agent-address'))
      return oneAfterOther(() => ({ type: 'agent', username, agent }))
    }
  }
}

function oneAfterOther(...methods: readonly NextMethod[]): NextMethod {
  let at = 0
  return (offered) => methods[at++]?.(offered) ?? null
}

type Prompt = Extract<AnyAuthMethod, { type: 'keyboard-interactive' }>['prompt']

/** Answers the first question that is not shown as it is typed, and no other. */
function promptFor(password: string): Prompt {
  let wasGiven = false
  return (_name, _instructions, _language, prompts, finish) => {
    const answers = prompts.map(({ echo }) => {
      if (echo === true || wasGiven) return ''
      wasGiven = true
      return password
    })
    finish(answers)
  }
}

async function readKey({ key, passphrase }: HopSecrets, name: string, signal: AbortSignal): Promise<ParsedKey> {
  const refused = (why: SshKeyProblem) => unreachable('ssh-key', name, message(why))
  if (key === null) throw refused('ssh.key-missing')
  // ssh2 would open these on the thread that serves all else.
  const isSlow = passphrase !== null && isOpenSshKey(key)
  const text = isSlow ? await unlocked(key, passphrase, signal) : key
  if (text instanceof KeyLocked) throw refused(LOCKED[text.why])
  // Of a file with several keys, which its types don't tell, the first.
  const parsed = utils.parseKey(text, isSlow ? undefined : (passphrase ?? undefined)) as
    ParsedKey | Error | readonly ParsedKey[]
  const found = 'length' in parsed ? parsed[0] : parsed
  if (found !== undefined && !(found instanceof Error) && found.isPrivateKey()) return found
  const isEncrypted = found instanceof Error && /encrypted|passphrase|decrypt|integrity|cipher/i.test(found.message)
  if (!isEncrypted) throw refused('ssh.key-unreadable')
  throw refused(passphrase === null ? 'ssh.passphrase-missing' : 'ssh.passphrase-wrong')
}

const LOCKED = {
  wrong: 'ssh.passphrase-wrong',
  slow: 'ssh.key-slow',
  unreadable: 'ssh.key-unreadable',
} as const satisfies Record<KeyLocked['why'], string>
type SshKeyProblem = (typeof LOCKED)[KeyLocked['why']] | 'ssh.key-missing' | 'ssh.passphrase-missing'

async function unlocked(key: string, passphrase: string, signal: AbortSignal): Promise<string | KeyLocked> {
  try {
    return await unlockOpenSshKey(key, passphrase, { signal })
  } catch (error) {
    if (error instanceof KeyLocked) return error
    throw error
  }
}

const WINDOWS_AGENT = '\\\\.\\pipe\\openssh-ssh-agent'

function agentAddress(): string | null {
  return process.env['SSH_AUTH_SOCK'] || (process.platform === 'win32' ? WINDOWS_AGENT : null)
}
