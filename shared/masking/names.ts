/**
 * What is masked by default: names of fields, and of keys within values, whose values are nobody's to read over a shoulder. One
 * name stands for all its spellings: `access_token` is `accessToken`, `access-token` and `user.accessTokens` as well.
 */
export const MASKED_NAMES: readonly string[] = [
  ...['password', 'passwd', 'pwd', 'passphrase', 'passcode', 'secret', 'token', 'jwt', 'otp', 'pin'],
  ...['access token', 'refresh token', 'auth token', 'user password', 'api key', 'private key', 'access key'],
  ...['encryption key', 'signing key', 'credentials', 'authorization', 'cookie'],
  ...['card', 'card number', 'credit card', 'cvv', 'cvc', 'iban', 'ssn'],
]

/** What stands beside such a name, within one name, where it is about a secret and holds none: `hasPassword`, `password_changed_at`. */
const BEFORE = new Set(['has', 'is', 'needs'])
const AFTER = new Set([
  ...['count', 'type', 'kind', 'at', 'length', 'size', 'last', 'last4', 'brand', 'consent', 'status', 'valid'],
  ...['expires', 'expiry', 'ttl', 'limit', 'usage', 'required', 'enabled', 'changed', 'updated', 'created', 'policy'],
])
/** Tokens that are counted, or lead to the next page; and what a key or a card is known by. */
const NO_SECRETS = new Set([
  ...['total', 'max', 'min', 'num', 'prompt', 'completion', 'input', 'output'].map((what) => `${what}tokens`),
  ...['pagetoken', 'nexttoken', 'prevtoken', 'accesskeyid', 'tokenid', 'cardid'],
])

/** Of one connection: so many names, of so many characters. */
export const MOST_MASKED_NAMES = 100
export const MOST_NAME_CHARS = 80

/** The path of a name, from the field on, as words: what came before, and those of the name itself at the end. */
export interface NamePath {
  readonly words: readonly string[]
}
export const ROOT: NamePath = { words: [] }

/** Which names are masked. Pure; in time that grows with the name's length only. */
export interface NameMask {
  /** The path of a name within another, and whether its value is hidden. */
  within(path: NamePath, name: string): { readonly path: NamePath; readonly hides: boolean }
  /** False: no name that is hidden stands anywhere in the text, nor its last words behind some of the path's, or of others in the text. */
  mayHold(text: string, path?: NamePath): boolean
  /** One of at least four letters stands in it, whatever is before or behind: fewer stand in any bytes by chance. */
  standsIn(text: string): boolean
}

const MOST_WORDS = 64
const LEAST_LETTERS = 4
/** Forms of letters that are as wide as those of Chinese. */
const WIDE = /[\uff00-\uffef]/
const NO_LATIN = /[^\0-\xff]/
/** `[^\p{L}\p{N}]` of these. */
const NO_LATIN_LETTER = /[^A-Za-z0-9\xaa\xb2\xb3\xb5\xb9\xba\xbc-\xbe\xc0-\xd6\xd8-\xf6\xf8-\xff]+/g
const NO_LETTER = /[^\p{L}\p{N}]+/gu
const MOST_KNOWN = 5_000

/**
 * `names`: words, which are looked for in the names of fields and keys: whole words, in any case, whether they are parted by
 * signs, by capitals, or not at all, and with a plural s. Several words, or a path such as `customer.email`, have to stand beside
 * each other, within one name or in a key and those that it lies in. Null where there are none.
 */
export function createNameMask(names: readonly string[]): NameMask | null {
  const wanted = new Set(names.map((name) => wordsOf(name).join('')).filter((name) => name !== ''))
  if (wanted.size === 0) return null
  const longest = Math.max(...[...wanted].map(({ length }) => length)) + 1
  const anywhere = new RegExp([...wanted].map(spelled).join('|'), 'iu')
  /** Of those of several words: the last one, and the others, which may stand in keys far before it. */
  const parted = names
    .map(wordsOf)
    .flatMap((words) => (words.length > 1 ? [[words.at(-1) ?? '', words.slice(0, -1)] as const] : []))
  // Of letters alone, and without what stands between them, it is found twenty times as fast: most texts, and all bytes, are of these.
  const areNarrow = [...wanted].every((name) => /^[a-z0-9]*$/.test(name))
  const joined = new RegExp([...wanted].join('|'))
  const maybe = new RegExp([...new Set([...wanted, ...parted.map(([last]) => last)])].join('|'))
  const long = [...wanted].filter((name) => name.length >= LEAST_LETTERS)
  const clearly = long.length === 0 ? null : new RegExp(long.map(spelledTight).join('|'), 'iu')
  type Told = ReturnType<NameMask['within']>
  /** By the path that a name lies in: the same keys come again and again. */
  let known = new WeakMap<NamePath, Map<string, Told>>()
  let count = 0
  const keep = (path: NamePath, name: string, told: Told): void => {
    if (name.length > MOST_NAME_CHARS) return
    if (count >= MOST_KNOWN) [known, count] = [new WeakMap(), 0]
    const beside = known.get(path) ?? new Map<string, Told>()
    known.set(path, beside.set(name, told))
    count += 1
  }

  const endsHidden = (words: readonly string[], own: number): boolean => {
    for (let end = words.length; end > words.length - own; end -= 1) {
      let run = ''
      for (let from = end - 1; from >= 0; from -= 1) {
        run = `${words[from] ?? ''}${run}`
        if (run.length > longest) break
        const isName = wanted.has(run) || (run.endsWith('s') && wanted.has(run.slice(0, -1)))
        if (isName && !isHarmless(words.slice(words.length - own), from - words.length + own, end - words.length + own))
          return true
      }
    }
    return false
  }

  return {
    within(path, name) {
      const cached = known.get(path)?.get(name)
      if (cached) return cached
      const own = wordsOf(name).slice(-MOST_WORDS)
      const words = [...path.words, ...own].slice(-MOST_WORDS)
      const told = { path: { words }, hides: endsHidden(words, own.length) }
      keep(path, name, told)
      return told
    },
    mayHold(text, path = ROOT) {
      const isNarrow = areNarrow && !NO_LATIN.test(text)
      const plain = isNarrow ? text : text.normalize('NFKC')
      const letters = plain.replace(isNarrow ? NO_LATIN_LETTER : NO_LETTER, '').toLowerCase()
      if (isNarrow && !maybe.test(letters)) return false
      if (isNarrow ? joined.test(letters) : anywhere.test(WIDE.test(text) ? plain : text)) return true
      return parted.some(([last, others]) => {
        return letters.includes(last) && others.every((word) => letters.includes(word) || path.words.includes(word))
      })
    },
    standsIn: (text) => clearly?.test(text) ?? false,
  }
}

/** What stands beside it in its own name says that it holds none. `from` and `end`: of the words that were found, the first may lie before `own`. */
function isHarmless(own: readonly string[], from: number, end: number): boolean {
  const [before, after] = [own[from - 1] ?? '', own[end] ?? '']
  const run = own.slice(Math.max(0, from), end).join('')
  return BEFORE.has(before) || AFTER.has(after) || NO_SECRETS.has(before + run) || NO_SECRETS.has(run + after)
}

/** `userAPIKey` is user, api, key. */
function wordsOf(name: string): readonly string[] {
  return (
    name
      .slice(0, 1_000)
      .normalize('NFKC')
      .replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, '$1 ')
      .replace(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1 ')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '')
      // The second password is one.
      .map((word) => word.replace(/(?<=\p{L})\d+$/u, ''))
  )
}

/** The same with one sign at most: what is no text has many of them. */
function spelledTight(joined: string): string {
  return Array.from(joined).join('[ _.-]?')
}

/** Its letters, with a sign or some between any two of them. */
function spelled(joined: string): string {
  return Array.from(joined).join(String.raw`[^\p{L}\p{N}]*`)
}
