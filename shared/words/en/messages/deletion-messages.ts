interface Mode {
  /** What becomes of references: KEEPREF, DELREF, ACKED. */
  readonly references: string
}

/** Of entries that are deleted by their ids. */
export const deletionMessages = {
  'deletion.of-nothing': ({ references }: Mode) => `delete nothing (${references})`,
  'deletion.of-one': ({ id, references }: Mode & { readonly id: string }) => `delete ${id} (${references})`,
  'deletion.of-many': ({
    entries,
    firstId,
    lastId,
    references,
  }: Mode & { readonly entries: number; readonly firstId: string; readonly lastId: string }) =>
    `delete ${entries} entries from ${firstId} to ${lastId} (${references})`,
  'deletion.needed': () => 'A group holds it, or has not read it yet.',
  'deletion.too-many': () => 'There are too many entries in this range to delete them by id.',
  'deletion.narrower': () => 'Choose a narrower range, or trim the stream.',
}
