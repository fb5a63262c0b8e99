import { displayBytes, quoteBytes, sameBytes, type Bytes } from '../../../shared/bytes'
import type { Message } from '../../../shared/model/message'
import { cliWords } from '../../../shared/words/en/cli-words'
import type { Call } from '../call'
import { Refused } from '../exit-code'
import type { FlagName } from '../flags'
import { isPlain, shellWord } from '../shell-word'

/** The options by which a person, or a script, agrees. */
export const CONSENT_FLAGS: readonly FlagName[] = ['dry-run', 'yes', 'confirm', 'accept']

interface Asked {
  /** The name that has to be given, since Redis can't take it back; null: it can. */
  readonly name: Bytes | null
  /** Why a name has to be; Redis can't take it back, where nothing else is said. */
  readonly why?: string
  readonly doubts: readonly Message[]
  /** What is agreed to. */
  readonly what: string
}

export interface Consent {
  readonly confirmation?: Bytes
  readonly accepts?: string[]
}

/**
 * What a person says yes to, at the terminal or by options beforehand. Null: they said no, or nothing. Throws `Refused` where nobody can be
 * asked, with the option that would do; for good also where `--yes` is given, for it says nothing of what is destroyed.
 */
export async function askConsent(call: Call, asked: Asked): Promise<Consent | null> {
  const accepts = await askDoubts(call, asked.doubts)
  if (accepts === null) return null
  const told = accepts.length > 0 ? { accepts } : {}
  if (asked.name !== null) return askName(call, asked.name, told, asked.why ?? cliWords.forGood)
  const { flags, print, ask } = call
  if (flags.has('yes')) return told
  if (!print.canAsk) throw new Refused(cliWords.needsYes)
  return isYes(await ask(cliWords.goOn(asked.what))) ? told : null
}

async function askDoubts({ flags, print, ask }: Call, doubts: readonly Message[]): Promise<string[] | null> {
  const accepted = new Set(flags.texts('accept'))
  const open = [...new Set(doubts.map(({ code }) => code))].filter((code) => !accepted.has(code))
  if (open.length === 0) return doubts.map(({ code }) => code)
  if (!print.canAsk) throw new Refused(cliWords.needsAccept(open))
  return isYes(await ask(cliWords.acceptDoubt)) ? doubts.map(({ code }) => code) : null
}

async function askName({ flags, print, ask }: Call, name: Bytes, told: Consent, why: string): Promise<Consent | null> {
  const shown = shownName(name)
  const isQuoted = flags.has('quoted') || !isPlain(name)
  const option = [
    shellWord(isQuoted ? quoteBytes(name) : name),
    ...(isQuoted && !flags.has('quoted') ? ['--quoted'] : []),
  ]
  // An empty one is most likely a variable that is not set.
  if (flags.text('confirm') === '') throw new Refused(cliWords.needsName(why, option.join(' ')))
  const given = flags.bytes('confirm')
  if (given !== undefined) {
    if (!sameBytes(given, name)) throw new Refused(cliWords.wrongName(shown))
    return { ...told, confirmation: name }
  }
  if (!print.canAsk) throw new Refused(cliWords.needsName(why, option.join(' ')))
  // What can't be typed is typed as it is shown.
  const typed = await ask(cliWords.typeName(why, shown))
  if (typed === null) return null
  if (typed !== shown && (typed === '' || !sameBytes(typed, name))) throw new Refused(cliWords.wrongName(shown))
  return { ...told, confirmation: name }
}

/** In quotes where else nothing would be seen: Enter alone is no name. */
function shownName(name: Bytes): string {
  const shown = displayBytes(name)
  return shown.trim() === '' ? quoteBytes(name) : shown
}

function isYes(answer: string | null): boolean {
  return answer !== null && cliWords.yes.test(answer.trim())
}
