import { displayBytes } from '../../bytes'

/** Searches that are saved by a name. */
export const savedSearchWords = {
  saved: 'Saved searches and views',
  save: 'Save this search, or view…',
  saveTitle: 'Save the search, or view',
  manage: 'Rename or remove…',
  manageTitle: 'Saved searches and views',
  none: 'None is saved for this stream yet',
  nothingToSave: 'Search for something, or choose columns, first',
  description:
    'By this name it stands in the search bar of each stream that it is for, and sluice search --saved finds it.',
  name: 'Name',
  withColumns: 'With the columns, their widths and the sorting as they are now',
  nameFirst: 'Give it a name',
  stream: 'Streams',
  streamHint: 'A stream’s name, or a pattern: * stands for any letters, ? for one.',
  streamFirst: 'Say for which streams',
  rename: 'Rename',
  removeNamed: (name: string) => `Remove ${displayBytes(name)}`,
  shown: (name: string) => displayBytes(name),
}
