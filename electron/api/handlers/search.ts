import type { Base } from '../base'
import type { Services } from '../services'

export function searchHandlers({ reads: { search } }: Base, { connections, savedSearches }: Services) {
  return {
    watch: search.watch.handler(({ input, signal }) => savedSearches.watch(input.connectionId, signal)),
    save: search.save.handler(({ input }) => {
      // Of one that is no more nobody would ever find it.
      connections.get(input.connectionId)
      return savedSearches.add(input)
    }),
    rename: search.rename.handler(({ input: { name, ...at } }) => savedSearches.rename(at, name)),
    remove: search.remove.handler(({ input }) => savedSearches.remove(input)),
  }
}
