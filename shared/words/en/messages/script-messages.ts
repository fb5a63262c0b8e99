import { cliArgument, type Bytes } from '../../../bytes'
import type { Message } from '../../../model/message'
import type { Say } from '../../message-words'
import { hashName, type HashOf } from '../claim-words'

interface Entries {
  readonly entries: number
}
interface Ack {
  readonly key: Bytes
  readonly group: Bytes
  readonly id: string
}

const ack = ({ key, group, id }: Ack): string => `XACK ${cliArgument(key)} ${cliArgument(group)} ${id}`

/** What stands in words among redis-cli lines, for whoever reads them. */
export const scriptMessages = {
  'script.head': (
    {
      what,
      key,
      group,
      at,
    }: { readonly what: Message; readonly key: Bytes; readonly group: Bytes; readonly at: string },
    say: Say,
  ) => `Sluice: ${say(what)}, in ${cliArgument(key)} / ${cliArgument(group)}, as read at ${at}.`,
  'script.looks-not-again': () =>
    'It does not look again: what was acked, moved or deleted since then is not left alone as Sluice itself would.',
  'script.no-journal': () =>
    'It writes no journal and no backup, and Sluice can not undo it. For redis-cli: redis-cli -h HOST -p PORT < FILE',
  'script.cut': ({ entries, total }: Entries & { readonly total: number }) =>
    `Sluice: Cut here: ${entries} of about ${total} entries.`,
  'script.end': ({ entries }: Entries) => `Sluice: That was all: ${entries} entries.`,
  'script.left-out': ({ id, why }: { readonly id: string; readonly why: Message }, say: Say) =>
    `${id} is left out. ${say(why)}`,
  'script.needs-scripts': () =>
    'redis-cli goes on after an error, so that only a script on the server can keep it from acking what was not written. Scripts are not allowed here, or don’t reach both keys.',
  /** Lines that stand for commands with what an entry holds, which is not read yet. */
  'script.copy-and-ack': (of: Ack & { readonly target: Bytes }) =>
    `# XADD ${cliArgument(of.target)} * <fields of ${of.id}>, then ${ack(of)}`,
  'script.edited-copy-and-ack': (of: Ack & { readonly target: Bytes }) =>
    `# XADD ${cliArgument(of.target)} * <edited fields of ${of.id}>, then ${ack(of)}`,
  'script.write-and-ack': (hash: HashOf) =>
    `# then each entry: HSET ${hashName(hash)} with its fields; XACK only once that is written`,
  'script.fields-of': ({ id }: { readonly id: string }) => `<fields of ${id}>`,
  'script.first-kept': () => '<first entry kept>',
}
