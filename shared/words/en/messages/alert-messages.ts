import { formatCount } from '../../../format/format-count'

/** What the host says of alerts. */
export const alertMessages = {
  'alert.too-many': ({ most }: { readonly most: number }) =>
    `There are ${formatCount(most)} alerts, and no more can be`,
  'alert.delete-one': () => 'Delete one that nobody needs, or change one.',
}
