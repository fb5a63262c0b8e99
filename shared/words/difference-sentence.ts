import { displayBytes, type Bytes } from '../bytes'
import type { Comparison, Difference } from '../model/comparison'
import { figure, name, text, type Sentence } from './sentence'
import { words } from './words'

/** With what an entry was compared, and how it ended, in a sentence. */
export function comparisonHead({ passed, isTooFew, differences }: Comparison, group: Bytes): Sentence {
  const parts = { group: name(group) }
  if (isTooFew) return { text: words.comparison.tooFew(passed), parts }
  const isAlike = differences.length === 0
  return { text: isAlike ? words.comparison.nothing(passed) : words.comparison.beside(passed), parts }
}

/** By what an entry differs, as a sentence and what stands in it. */
export function differenceSentence(difference: Difference): Sentence {
  const own = { field: name(whereIs(difference)), others: figure(words.comparison.others(difference.of)) }
  const share = 'same' in difference ? words.comparison.share(difference.same, difference.of) : ''
  const parts = { ...own, share: figure(share) }
  switch (difference.kind) {
    case 'broken': {
      const { at, size } = difference
      const figures = { at: figure(words.comparison.at(at)), size: figure(words.comparison.at(size)) }
      return {
        text: at >= size ? words.comparison.brokenOff : words.comparison.broken,
        parts: { ...parts, ...figures, format: text(words.comparison.form(difference.format)) },
      }
    }
    case 'form': {
      const { form } = words.comparison
      const forms = { is: text(form(difference.is)), usual: text(form(difference.usual)) }
      return { text: words.comparison.ofForm, parts: { ...parts, ...forms } }
    }
    case 'type': {
      const is = text(words.comparison.type(difference.is))
      return {
        text: words.comparison.ofType,
        parts: { ...parts, is, usual: text(words.comparison.type(difference.usual)) },
      }
    }
    case 'missing':
      return { text: words.comparison.missing, parts }
    case 'extra':
      return { text: words.comparison.extra, parts }
    case 'repeated':
      return {
        text: words.comparison.repeated,
        parts: { ...parts, times: figure(words.comparison.times(difference.times)) },
      }
    case 'value': {
      const [first = '', second = '', third = ''] = difference.usual
      const usual = { usual0: name(first), usual1: name(second), usual2: name(third) }
      return {
        text: words.comparison.value(difference.usual.length),
        parts: { ...parts, ...usual, is: name(difference.is) },
      }
    }
    case 'size': {
      const { field, usual, least, most } = difference
      const sizes = {
        bytes: figure(words.comparison.bytes(difference.bytes)),
        usual: figure(words.comparison.bytes(usual)),
        least: figure(words.comparison.bytes(least)),
        most: figure(words.comparison.bytes(most)),
      }
      return {
        text: field === null ? words.comparison.sizeOfAll : words.comparison.size,
        parts: { ...parts, ...sizes },
      }
    }
  }
}

/** As it would be written in a program: `order.items[].sku`. */
function whereIs({ field, ...difference }: Difference): Bytes {
  if (field === null || !('path' in difference) || difference.path.length === 0) return field ?? ''
  return difference.path.reduce((way, part) => (part === '[]' ? `${way}[]` : `${way}.${part}`), displayBytes(field))
}
