import { isAppError } from '../../../shared/error'
import { outsideWords } from '../../../shared/words/en/outside-words'
import { sentence } from '../../../shared/words/messages'
import { takeRedisFlag, type RedisFlags } from '../../services/connections/redis-cli-flags'
import { UsageError } from '../usage-error'

/** What a command line says of a connection. */
export interface ConnectionArguments {
  readonly flags: RedisFlags
  /** A file that its password is in. */
  readonly passFile: string | null
  /** What is left: the host's own options, and addresses. */
  readonly rest: readonly string[]
}

const PASS_FILE = '--pass-file'
const LONG_WITH_VALUE = /^(--(?:pass|pass-file|user|sni|cacert|cert|key))=(.*)$/s

/** Parts redis-cli's own options, and `--pass-file`, from the host's. Throws `UsageError`, never with a value. */
export function takeConnectionArguments(args: readonly string[]): ConnectionArguments {
  // `--name=value`, as the host's own options may be written.
  const words = args.flatMap((word) => LONG_WITH_VALUE.exec(word)?.slice(1) ?? [word])
  const flags: RedisFlags = {}
  const rest: string[] = []
  let passFile: string | null = null
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const taken = takeOne(words, at, flags)
    if (taken > 0) at += taken - 1
    else if (word === PASS_FILE) {
      at += 1
      passFile = words[at] ?? null
      if (passFile === null) throw new UsageError(outsideWords.noValue(PASS_FILE))
    } else rest.push(word)
  }
  return { flags, passFile, rest }
}

function takeOne(words: readonly string[], at: number, flags: RedisFlags): number {
  try {
    return takeRedisFlag(words, at, flags)
  } catch (error) {
    if (!isAppError(error, 'BAD_INPUT')) throw error
    throw new UsageError(`${sentence(error.data.problem)} ${sentence(error.data.remedy)}`)
  }
}
