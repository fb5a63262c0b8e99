import type { Base } from '../base'
import type { Services } from '../services'

export function sessionHandlers({ reads }: Base, { sessions }: Services) {
  return {
    list: reads.session.list.handler(({ context }) =>
      sessions.list().map((each) => ({ ...each, isYours: each.id === context.caller.session })),
    ),
    end: reads.session.end.handler(({ input: { id } }) => ({ ended: sessions.end({ id }) })),
    endAllOf: reads.session.endAllOf.handler(({ input: { who } }) => ({ ended: sessions.end({ who }) })),
  }
}
