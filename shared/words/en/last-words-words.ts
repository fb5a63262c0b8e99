import type { Count } from '../../count'
import { formatCount, pluralForm } from '../../format/format-count'

/** What consumers held when they fell silent. A `{name}` stands for markup: see WordsWith. */
export const lastWordsWords = {
  label: 'Last words',
  fell: '{consumer} gave its last sign of life {when}. When it was found silent it held {entries}.',
  fellBefore:
    '{consumer} gave its last sign of life {when}, before it was watched. When it was seen first it held {entries}.',
  gone: (gone: Count) =>
    `${formatCount(gone)} of them ${pluralForm(gone, { one: 'is', other: 'are' })} acked, or somebody else’s, by now.`,
  notRead: 'Which they were is not known.',
  most: 'Tried before:',
  entry: (id: string, deliveries: Count) => `${id}, delivered ${formatCount(deliveries)}×`,
  openHint: 'Opens the entry',
  suspect: '{id} was held by {consumers} when they fell silent, and is pending still.',
}
