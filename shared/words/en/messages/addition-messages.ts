import { cliArgument, type Bytes } from '../../../bytes'

/** Of what is added from here: entries, groups, consumers. */
export const additionMessages = {
  'addition.entry': ({ id }: { readonly id: string }) => `add entry ${id}`,
  'addition.entry-after-look': ({ id }: { readonly id: string }) =>
    `add entry ${id}, after a look whether the stream is there: this server has no NOMKSTREAM`,
  'addition.group': ({ start }: { readonly start: string }) => `create group at ${start}`,
  'addition.consumer': ({ consumer }: { readonly consumer: Bytes }) => `create consumer ${cliArgument(consumer)}`,
}
