const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

/**
 * Splits a long text into a head that may be cut by the layout and a tail that always shows, so that ids and names that
 * differ at their end can be told apart. Short and right-to-left texts have no tail. Never splits a grapheme.
 */
export function headAndTail(text: string, tailLength = 8): { readonly head: string; readonly tail: string } {
  if (text.length < tailLength * 3 || text.length > 2_000 || RIGHT_TO_LEFT.test(text)) return { head: text, tail: '' }
  const graphemes = [...segmenter.segment(text)]
  const first = graphemes[graphemes.length - tailLength]
  return first ? { head: text.slice(0, first.index), tail: text.slice(first.index) } : { head: text, tail: '' }
}

/** At most `max` graphemes, with the middle left out: "consumer-1f2…f15026". */
export function elideMiddle(text: string, max: number): string {
  if (text.length <= max) return text
  const graphemes = [...segmenter.segment(text)].map(({ segment }) => segment)
  if (graphemes.length <= max) return text
  const tail = Math.floor((max - 1) / 2)
  return `${graphemes.slice(0, max - 1 - tail).join('')}…${graphemes.slice(graphemes.length - tail).join('')}`
}
