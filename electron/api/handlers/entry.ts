import type { z } from 'zod'
import { displayBytes, type Bytes } from '../../../shared/bytes'
import type { Mask } from '../../../shared/masking/mask'
import type { decodeChoice } from '../../../shared/model/decoded'
import { message } from '../../../shared/words/messages'
import { toBuffer } from '../../redis/bytes'
import { readPage } from '../../services/inspection/entries'
import { requireShown, type OneEntry } from '../../services/inspection/entry-reads'
import { searchEntries } from '../../services/inspection/search'
import { tailStream } from '../../services/inspection/tail'
import { timelineOf } from '../../services/inspection/timeline/timeline'
import type { Base, CallContext } from '../base'
import { eachMasked, maskedDecoded, maskedEntry, maskedFields, maskedPage } from '../masked'
import type { Services } from '../services'

/** A longer value is hidden by the names in what it is decoded to. */
const LOOKED_BYTES = 64 * 1024

/** What one session decodes of one connection waits for nothing but itself. */
function laneOf({ caller }: CallContext, connectionId: string): string {
  return JSON.stringify([caller.session ?? null, connectionId])
}

/** Throws BAD_INPUT where it would be told what is masked: all of it is, or it is read as something that has no such names. */
function requireDecodable(
  mask: Mask | null,
  field: Bytes,
  value: Buffer,
  { as, schema }: Pick<z.infer<typeof decodeChoice>, 'as' | 'schema'>,
): void {
  const told = mask?.value(field, value.subarray(0, LOOKED_BYTES)) ?? null
  const keepsNames = schema === null && (as === 'auto' || as === 'json')
  if (told?.masked === 'whole' || (told !== null && !keepsNames)) requireShown(mask, field, value)
}

export function entryHandlers({ reads: { entry }, writes, onStream }: Base, services: Services) {
  const { additions, connections, decoding, entryDeletion, entryReads, showMasked } = services
  const maskOf = ({ connectionId }: { readonly connectionId: string }): Mask | null => connections.mask(connectionId)
  /** Null where it may be shown: by now that is journaled, if it has to be. */
  const unlessShown = async (
    { unmasked, connectionId, key, id }: OneEntry & { readonly unmasked?: boolean | undefined },
    { caller }: CallContext,
  ): Promise<Mask | null> => {
    const mask = connections.mask(connectionId)
    if (mask === null || unmasked !== true) return mask
    await showMasked(caller.who, { connectionId, key, what: message('masking.shown', { id }) })
    return null
  }
  return {
    page: entry.page
      .use(onStream)
      .handler(async ({ input, context: { reader, key } }) =>
        maskedPage(maskOf(input), await readPage(reader, key, input)),
      ),
    get: entry.get.handler(async ({ input, context, signal }) =>
      maskedEntry(await unlessShown(input, context), await entryReads.get(input, signal)),
    ),
    fields: entry.fields.handler(async ({ input, context, signal }) =>
      maskedFields(await unlessShown(input, context), await entryReads.fields(input, signal)),
    ),
    saveValue: entry.saveValue.handler(async ({ input, context, signal }) =>
      entryReads.saveValue({ ...input, mask: await unlessShown(input, context) }, signal),
    ),
    text: entry.text.handler(async ({ input, context, signal }) =>
      entryReads.text({ ...input, mask: await unlessShown(input, context) }, signal),
    ),
    decode: entry.decode.handler(async ({ input, context, signal }) => {
      const { value, connectionId = '', cell, unmasked, ...choice } = input
      const turn = { lane: laneOf(context, connectionId), isCell: cell }
      const decoded = await decoding.decode(toBuffer(value), choice, turn, signal)
      // What is sent to be decoded is there already; what it turns out to be is not.
      const isShown = unmasked === true || connectionId === ''
      return maskedDecoded(isShown ? null : connections.mask(connectionId), choice.name, decoded)
    }),
    decodeField: entry.decodeField.handler(
      async ({ input: { name, as, schema, field, unmasked, ...where }, context, signal }) => {
        const mask = await unlessShown({ ...where, unmasked }, context)
        const value = await entryReads.value({ ...where, name: field }, signal)
        requireDecodable(mask, field, value, { as, schema })
        const lane = laneOf(context, where.connectionId)
        const decoded = await decoding.decode(value, { name, as, schema }, { lane, isCell: false }, signal)
        return maskedDecoded(mask, displayBytes(field), decoded)
      },
    ),
    search: entry.search
      .use(onStream)
      .handler(({ input, context: { reader, key }, signal }) =>
        eachMasked(() => maskOf(input), searchEntries(reader, key, input, signal)),
      ),
    tail: entry.tail.use(onStream).handler(({ input, context: { reader, key }, signal }) =>
      eachMasked(
        () => maskOf(input),
        tailStream({ reader, key }, () => connections.topology(input.connectionId).beside(key, 'blocking'), {
          ...{ after: input.after, query: input.query, paths: input.paths, signal },
        }),
      ),
    ),
    timeline: entry.timeline
      .use(onStream)
      .handler(({ input, context: { reader, key }, signal }) => timelineOf({ reader, key }, input, signal)),
    add: writes.entry.add.handler(({ input, context, signal }) => additions.addEntry(context.grant, input, signal)),
    planDelete: entry.planDelete.handler(({ input }) => entryDeletion.plan(input)),
    delete: writes.entry.delete.handler(({ input, context }) => entryDeletion.run(context.grant, input)),
  }
}
