import { toBuffer } from '../../redis/bytes'
import { readPage } from '../../services/inspection/entries'
import { searchEntries } from '../../services/inspection/search'
import { tailStream } from '../../services/inspection/tail'
import type { Base, CallContext } from '../base'
import type { Services } from '../services'

/** What one session decodes of one connection waits for nothing but itself. */
function laneOf({ caller }: CallContext, connectionId: string): string {
  return JSON.stringify([caller.session ?? null, connectionId])
}

export function entryHandlers({ reads: { entry }, writes, onStream }: Base, services: Services) {
  const { additions, connections, decoding, entryDeletion, entryReads } = services
  return {
    page: entry.page.use(onStream).handler(({ input, context: { reader, key } }) => readPage(reader, key, input)),
    get: entry.get.handler(({ input, signal }) => entryReads.get(input, signal)),
    fields: entry.fields.handler(({ input, signal }) => entryReads.fields(input, signal)),
    saveValue: entry.saveValue.handler(({ input, signal }) => entryReads.saveValue(input, signal)),
    text: entry.text.handler(({ input, signal }) => entryReads.text(input, signal)),
    decode: entry.decode.handler(({ input: { value, connectionId = '', cell, ...choice }, context, signal }) =>
      decoding.decode(toBuffer(value), choice, { lane: laneOf(context, connectionId), isCell: cell }, signal),
    ),
    decodeField: entry.decodeField.handler(
      async ({ input: { name, as, schema, field, ...where }, context, signal }) => {
        const value = await entryReads.value({ ...where, name: field }, signal)
        const lane = laneOf(context, where.connectionId)
        return decoding.decode(value, { name, as, schema }, { lane, isCell: false }, signal)
      },
    ),
    search: entry.search
      .use(onStream)
      .handler(({ input, context: { reader, key }, signal }) => searchEntries(reader, key, input, signal)),
    tail: entry.tail.use(onStream).handler(({ input, context: { reader, key }, signal }) =>
      tailStream({ reader, key }, () => connections.topology(input.connectionId).beside(key, 'blocking'), {
        ...{ after: input.after, query: input.query, paths: input.paths, signal },
      }),
    ),
    add: writes.entry.add.handler(({ input, context, signal }) => additions.addEntry(context.grant, input, signal)),
    planDelete: entry.planDelete.handler(({ input }) => entryDeletion.plan(input)),
    delete: writes.entry.delete.handler(({ input, context }) => entryDeletion.run(context.grant, input)),
  }
}
