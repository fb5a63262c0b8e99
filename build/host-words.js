// The host sends no words, nor does a judgement, a schema or a format say any: each sentence that a person reads has a key or a code in shared/words, and lint refuses a literal.
import { readFileSync } from 'node:fs'

const TABLE = readFileSync(new URL('../shared/model/kinds.ts', import.meta.url), 'utf8')
/** The kinds of KINDS that have a space in their names. */
export const SPACED_KINDS = [...TABLE.matchAll(/^ {2}'(\w+ [\w ]+)': /gm)].map(([, kind]) => kind)
/** Beside kinds: codes of the model and a library's events that have a space, settings of a server, and names that a system gives. */
const CODES = [
  ...SPACED_KINDS,
  ...['catch up', 'replica lag', 'in stream', 'journal record', 'saved search', 'change password', '[a-z]+ no'],
  ...['Application Support', 'Library', 'Roaming', 'Secure', 'Sluice', 'sluice: '],
]
const CODE = `/^(${CODES.join('|')})$/`

/** Two words that stand side by side. Commands are in capitals, and neither names nor attributes have a space. */
const WORDS = /(^|[^\w'-])[A-Za-z][a-z’']*[.,;:…]? [A-Za-z]?[a-z’']{2,}(?![\w-]*[=(])/
/** A single word that begins like a label or a sentence. */
const LABEL = /^&?[A-Z][a-z’']+[….:?!]?\n?$/
/** A word beside a value. */
const BESIDE_A_VALUE = /^[,;:]? [a-z’']{2,}[.…]?$|^[A-Z][a-z’']+:? $|^[a-z]+: $/
/** Words in the midst of HTML. */
const BETWEEN_TAGS = />[^<>{}=]*[a-z]{2} [^<>{}=]*<\//
/** Code of another language in a template: Lua, HTML, CSS, a script of a page. */
const OTHER_CODE = /\bredis\.|\blocal [a-z_]+|\breturn [a-z]|<[!a-z/][^>]*[>=]|^(:root|body) \{|\bconst \w+ =/
/** What no page is shown: faults of ours, the log, what a server said, and whatever else is in a template of code. */
const UNSEEN = [
  `TemplateLiteral:has(TemplateElement[value.raw=${OTHER_CODE}])`,
  'NewExpression[callee.name=/^(Error|RangeError|TypeError|SyntaxError|ReplyShapeError)$/]',
  'CallExpression[callee.object.name="log"]',
  'CallExpression[callee.name="unexpected"]',
  'CallExpression[callee.property.name="includes"]',
  'PropertyDefinition[key.name="name"]',
]
const message = 'The host says which sentence, by message(code, params): its words stand in shared/words/en/messages.'
const refused = (node, text, pattern) => ({
  selector: `${node}[${text}=${pattern}]:not([${text}=${OTHER_CODE}], [${text}=${CODE}]):not(${UNSEEN.map((each) => `${each} *`).join(', ')})`,
  message,
})

/** A literal, or a part of a template, with words that a person would read. */
export const hostWords = [
  ...[WORDS, LABEL].map((pattern) => refused('Literal', 'value', pattern)),
  ...[WORDS, BESIDE_A_VALUE].map((pattern) => refused('TemplateElement', 'value.raw', pattern)),
  // What stands between two tags is read, whatever is around it.
  { selector: `TemplateElement[value.raw=${BETWEEN_TAGS}]`, message },
]
