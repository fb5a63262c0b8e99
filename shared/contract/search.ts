import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { savedSearch, savedSearchFields } from '../model/saved-search'
import { looks, onConnection, prepares } from './base'

const one = onConnection.extend({ id: z.string().min(1).max(64) })

/** Searches through entries that people gave names. They change nothing in Redis. */
export const searchContract = {
  /** Those of a connection, by their names, and again whenever they change, until the caller leaves. */
  watch: looks.input(onConnection).output(eventIterator(z.array(savedSearch).readonly())),
  /** Throws BAD_INPUT for a name that another has, and where there are too many; STORAGE. */
  save: prepares.input(savedSearchFields).output(savedSearch),
  /** Throws NOT_FOUND where it was removed; BAD_INPUT, STORAGE likewise. */
  rename: prepares.input(one.extend(savedSearchFields.pick({ name: true }).shape)).output(z.void()),
  remove: prepares.input(one).output(z.void()),
}
