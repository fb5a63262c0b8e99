import { displayBytes, sameBytes, type Bytes } from '../../../shared/bytes'
import type { Message } from '../../../shared/model/message'
import { cliWords } from '../../../shared/words/en/cli-words'
import type { Call } from '../call'
import { Refused } from '../exit-code'
import type { FlagName } from '../flags'

/** The options by which a person, or a script, agrees. */
export const CONSENT_FLAGS: readonly FlagName[] = ['dry-run', 'yes', 'confirm', 'accept']

interface Asked {
  /** The name that has to be given, since Redis can't take it back; null: it can. */
  readonly name: Bytes | null
  readonly doubts: readonly Message[]
  /** What is agreed to. */
  readonly what: string
}

export interface Consent {
  readonly confirmation?: Bytes
  readonly accepts?: string[]
}

/**
 * What a person says yes to, at the terminal or by options beforehand. Null: they said no. Throws `Refused` where nobody can be
 * asked, with the option that would do; for good also where `--yes` is given, for it says nothing of what is destroyed.
 */
export async function askConsent(call: Call, asked: Asked): Promise<Consent | null> {
  const accepts = await askDoubts(call, asked.doubts)
  if (accepts === null) return null
  const told = accepts.length > 0 ? { accepts } : {}
  if (asked.name !== null) return askName(call, asked.name, told)
  const { flags, print, ask } = call
  if (flags.has('yes')) return told
  if (!print.canAsk) throw new Refused(cliWords.needsYes)
  return cliWords.yes.test((await ask(cliWords.goOn(asked.what))).trim()) ? told : null
}

async function askDoubts({ flags, print, ask }: Call, doubts: readonly Message[]): Promise<string[] | null> {
  const accepted = new Set(flags.texts('accept'))
  const open = [...new Set(doubts.map(({ code }) => code))].filter((code) => !accepted.has(code))
  if (open.length === 0) return doubts.map(({ code }) => code)
  if (!print.canAsk) throw new Refused(cliWords.needsAccept(open))
  return cliWords.yes.test((await ask(cliWords.acceptDoubt)).trim()) ? doubts.map(({ code }) => code) : null
}

async function askName({ flags, print, ask }: Call, name: Bytes, told: Consent): Promise<Consent> {
  const shown = displayBytes(name)
  const given = flags.bytes('confirm')
  if (given !== undefined) {
    if (!sameBytes(given, name)) throw new Refused(cliWords.wrongName(shown))
    return { ...told, confirmation: name }
  }
  if (!print.canAsk) throw new Refused(cliWords.needsName(shown))
  // What can't be typed is typed as it is shown.
  const typed = await ask(cliWords.typeName(shown))
  if (typed !== shown && !sameBytes(typed, name)) throw new Refused(cliWords.wrongName(shown))
  return { ...told, confirmation: name }
}
