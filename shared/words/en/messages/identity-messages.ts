import { displayBytes, type Bytes } from '../../../bytes'

interface Named {
  readonly name: Bytes
}

/** Why it is not certain that a server, a stream or a group is still the one that it was. */
export const identityMessages = {
  'identity.no-server': () => 'The journal does not tell on which server it was done: make sure that it was this one.',
  'identity.untold': () =>
    'Nothing proves that it is the same server: it does not tell its run id, or did not then. Another server may be at this address by now.',
  'identity.started-anew': () =>
    'The server was started anew since, or is another one at the same address: nothing that it says of itself proves that it has the data of then.',
  'identity.from-snapshot': () =>
    'The server was started anew since, and no append-only file goes back to this (it keeps none, or began one later): its data may come from a snapshot of before. Then these entries were pending again, and may have been handled since.',
  'identity.copies-from-snapshot': () =>
    'The server was started anew since, and no append-only file goes back to this (it keeps none, or began one later): its data may come from a snapshot of before, without the last of the copies. What was copied is not copied again.',
  'identity.other-history': () =>
    'The server has run ever since, but followed another one meanwhile, which may never have heard of this. Then these entries were as before again, and may have been handled since.',
  'identity.left-before': () =>
    'The server was promoted, or went its own way, before this was done: it may never have heard of it.',
  'identity.stream-behind': () =>
    'The stream is behind what it was then: it was made anew, restored, or lost its end in a failover. What it has now may be something else.',
  'identity.stream-anew': ({ id }: { readonly id: string }) =>
    `The entry ${id} is another one than it was then: the stream was made anew.`,
  'identity.group-behind': () =>
    'The group is behind where it stood then: it was made anew, or set back. What it handled once, it may be about to handle again.',
  'identity.group-anew': () =>
    'The group is there again: somebody made it anew. What it would be given back, it may have handled since.',
  'identity.group-unproven': () =>
    'Nothing proves that it is the same group: one that was made anew at the same place looks like it.',
  'identity.nothing-met': () =>
    'None of the entries that the stream would be known by is there: it may have been made anew with the same ids.',
  'identity.beside-behind': ({ name }: Named) =>
    `${displayBytes(name)} is behind what it was then: it was made anew, restored, or lost its end in a failover. What it has now may be something else.`,
  'identity.beside-anew': ({ name, id }: Named & { readonly id: string }) =>
    `The entry ${id} of ${displayBytes(name)} is another one than it was then: it was made anew.`,
  'identity.beside-nothing-met': ({ name }: Named) =>
    `None of the entries that ${displayBytes(name)} would be known by is there: it may have been made anew with the same ids.`,
  'identity.beside-untold': ({ name }: Named) =>
    `The journal does not tell what ${displayBytes(name)} held when it was made: make sure that it is still the same.`,
  'identity.leave-alone': () => 'What is there now is not what this was about. Look at it anew.',
  'identity.look-first': () => 'Look at the preview, and confirm there that it is the same.',
}
