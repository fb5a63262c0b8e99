// No sentence stands in the page itself: each has a key in shared/words, so that a second language is a second folder.
import vue from 'eslint-plugin-vue'
import { SPACED_KINDS } from './host-words.js'

/** Two words or more, or a single one that begins like a label. Names of keys on a keyboard are what is printed on them. */
const SENTENCE = '/\\p{L}{2,}[^\\p{L}\\n]*\\s+\\S*\\p{L}{2,}/u'
const LABEL = '/^\\p{Lu}\\p{Ll}+[….:?]?$/u'
const WORDS_BESIDE_A_VALUE = '/\\p{L}{2,}[.,;:]?\\s|\\s[(“]?\\p{L}{2,}/u'
const KEYS = '/^(Enter|Escape|Home|End|Tab|Space|Ctrl|Esc|Del|Sluice)$/'
/** CSS, and kinds of the model that have a space in their names. */
const CODE = `/^minmax\\(|:(is|not)\\(|^-----BEGIN |^(${[...SPACED_KINDS, 'in stream'].join('|')})$/`
/** Where a literal is a value to be compared with, a type, a name, or a place in the document. */
const NO_WORDS =
  ':not(BinaryExpression[operator=/^([!=]==?|in)$/], SwitchCase, TSLiteralType, ImportDeclaration, CallExpression[callee.property.name=/^(closest|querySelector(All)?)$/], CallExpression[callee.name=useMediaQuery])'
const ATTRIBUTES = '/^(class|style|d|viewBox|points|transform|keys|data-tip-keys|name|id|href)$/'

const message = 'Words that a person reads stand by key in shared/words/en: words.<noun>.<key>'
const literal = (pattern) =>
  `${NO_WORDS} > Literal[value=${pattern}]:not([value=${CODE}], [value=${KEYS}], Property > .key, VAttribute[key.argument.name="aria-keyshortcuts"] Literal)`
const expressions = [
  literal(SENTENCE),
  literal(LABEL),
  `TemplateElement[value.cooked=${WORDS_BESIDE_A_VALUE}]:not([value.cooked=/^(\\d+px|px,) /])`,
]
const templates = [
  ...expressions,
  // In text, even one small word is read.
  'VElement > VExpressionContainer > Literal[value=/\\p{L}/u]',
  'VElement > VExpressionContainer :not(BinaryExpression[operator=/=/], MemberExpression, CallExpression) > Literal[value=/\\p{L}/u]',
  ...[SENTENCE, LABEL].map(
    (pattern) => `VAttribute[directive=false][key.name!=${ATTRIBUTES}] > VLiteral[value=${pattern}]`,
  ),
]
/** Plurals are a language's own. */
const plurals = {
  selector: 'ImportSpecifier[imported.name=/^(formatNoun|pluralForm)$/]',
  message: 'A noun with its number has a key, too: words.counted.<nouns>',
}
const restricted = (selectors) => ['error', plurals, ...selectors.map((selector) => ({ selector, message }))]

/** Text that is the same in every language: signs, an id, and what a person types in a shell. */
const allowlist = ['npm run sandbox', 'npm start -- --web', '1620973121009-0', ...'·▾~→–—×%/:,.;()“”●▲■◆…+>=']

export const pageWords = {
  files: ['renderer/**/*.{ts,vue}'],
  plugins: { vue },
  rules: {
    'no-restricted-syntax': restricted(expressions),
    'vue/no-restricted-syntax': restricted(templates),
    'vue/no-bare-strings-in-template': [
      'error',
      {
        allowlist,
        attributes: {
          '/.+/': ['title', 'aria-label', 'placeholder', 'alt', 'data-tip', 'label', 'hint', 'note', 'detail'],
        },
      },
    ],
  },
}
