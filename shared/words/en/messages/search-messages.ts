/** Of searches that are saved. */
export const searchMessages = {
  'search.name-taken': () => 'Another saved search of this connection has this name.',
  'search.other-name': () => 'Give it another one, or remove that one first.',
  'search.too-many': ({ most }: { readonly most: number }) => `The connection has ${most} saved searches already.`,
  'search.remove-one': () => 'Remove one that is not needed any more.',
}
