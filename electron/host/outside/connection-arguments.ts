import { isAppError } from '../../../shared/error'
import { outsideWords } from '../../../shared/words/en/outside-words'
import { sentence } from '../../../shared/words/messages'
import { takeRedisFlag, type RedisFlags } from '../../services/connections/redis-cli-flags'
import { UsageError } from '../usage-error'

const OWN = {
  '--pass-file': 'passFile',
  '--pass-command': 'passCommand',
  '--passphrase-file': 'passphraseFile',
} as const

/** Sluice's own options with a value: a file that the password is in, a command that prints it, and a file with the passphrase. */
export type OwnArguments = { readonly [N in (typeof OWN)[keyof typeof OWN]]?: string }

/** What a command line says of a connection, and of where secrets are kept. */
export interface ConnectionArguments {
  readonly flags: RedisFlags
  readonly own: OwnArguments
  /** What is left: the host's own options, and addresses. */
  readonly rest: readonly string[]
}

const LONG_WITH_VALUE = /^(--(?:pass|pass-file|pass-command|passphrase-file|user|sni|cacert|cert|key))=(.*)$/s

/** Parts these from the host's other options. Throws `UsageError`, never with a value. */
export function takeConnectionArguments(args: readonly string[]): ConnectionArguments {
  // `--name=value`, as the host's own options may be written.
  const words = args.flatMap((word) => LONG_WITH_VALUE.exec(word)?.slice(1) ?? [word])
  const flags: RedisFlags = {}
  const rest: string[] = []
  const own: { -readonly [N in keyof OwnArguments]: string } = {}
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const taken = takeOne(words, at, flags)
    if (taken > 0) at += taken - 1
    else if (isOwn(word)) {
      at += 1
      const value = words[at]
      if (value === undefined) throw new UsageError(outsideWords.noValue(word))
      own[OWN[word]] = value
    } else rest.push(word)
  }
  return { flags, own, rest }
}

function isOwn(word: string): word is keyof typeof OWN {
  return Object.hasOwn(OWN, word)
}

function takeOne(words: readonly string[], at: number, flags: RedisFlags): number {
  try {
    return takeRedisFlag(words, at, flags)
  } catch (error) {
    if (!isAppError(error, 'BAD_INPUT')) throw error
    throw new UsageError(`${sentence(error.data.problem)} ${sentence(error.data.remedy)}`)
  }
}
