import type { Count } from '../../count'
import { formatCount } from '../../format/format-count'

/** What consumers held when they fell silent. A `{name}` stands for markup: see WordsWith. */
export const lastWordsWords = {
  label: 'Last words',
  fell: '{consumer} gave its last sign of life {when}. When it was found silent it held {entries}.',
  fellBefore:
    '{consumer} gave its last sign of life {when}, before it was watched. When it was seen first it held {entries}.',
  holdsNow: (held: Count) => `It holds ${held === 0 ? 'none' : formatCount(held)} now.`,
  notRead: 'Which they were is not known.',
  most: 'Tried before, as read {when}:',
  entry: (id: string, deliveries: Count) => `${id}, delivered ${formatCount(deliveries)}×`,
  openHint: 'Opens the entry',
  suspect: '{id} was held by {consumers} that gave no sign of life since, and is pending still.',
}
