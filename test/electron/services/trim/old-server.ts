import type { Reader } from '../../../../electron/redis/reader-writer'
import { AppError } from '../../../../shared/error'
import { verbatim } from '../../../../shared/words/messages'

const OLD_FIELDS = [
  'length',
  'radix-tree-keys',
  'radix-tree-nodes',
  'groups',
  'last-generated-id',
  'first-entry',
  'last-entry',
]

/** The same server seen as one before 6.2: no `(id`, no scripts that read, and of a stream only what XINFO told then. */
export function asOld(reader: Reader): Reader {
  return {
    ...reader,
    async call(command, ...args) {
      if (args.some((arg) => String(arg).startsWith('('))) {
        const reply = 'ERR Invalid stream ID specified as stream command argument'
        throw new AppError('REDIS', { prefix: 'ERR', reply, command })
      }
      if (command.endsWith('_RO')) {
        throw new AppError('UNSUPPORTED', { feature: command, reason: verbatim(`ERR unknown command '${command}'`) })
      }
      const reply = await reader.call(command, ...args)
      if (command !== 'XINFO' || args[0] !== 'STREAM' || !Array.isArray(reply)) return reply
      const flat = reply as readonly (typeof reply)[]
      return flat.filter((_, at) => OLD_FIELDS.includes(String(flat[at - (at % 2)])))
    },
  }
}
