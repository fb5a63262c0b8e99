import { completeId, type EntryId } from '../../../shared/entry-id'
import { comparisonHead, differenceSentence } from '../../../shared/words/difference-sentence'
import { cliWords } from '../../../shared/words/en/cli-words'
import { comparisonWords } from '../../../shared/words/en/comparison-words'
import { sentenceText } from '../../../shared/words/sentence'
import { UsageError } from '../../host/usage-error'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'

/** `sluice why STREAM GROUP ID` */
export const why: HostCommand = {
  kind: 'host',
  args: ['STREAM', 'GROUP', 'ID'],
  flags: [],
  check(args) {
    readId(args[2] ?? '')
    return { stays: false, opensSaved: false }
  },
  async run({ api, connect, name, word, print, signal }) {
    const id = readId(word(2))
    const { id: connectionId } = await connect()
    const group = name(1)
    const compared = await api.pending.compare({ connectionId, key: name(0), group, id }, { signal })
    const { differences, ...rest } = compared
    const sentences = differences.map((difference) => sentenceText(differenceSentence(difference)))
    if (!print.isTable) {
      differences.forEach((difference, at) => print.json({ what: 'difference', ...difference, text: sentences[at] }))
      print.json({ what: 'end', ...rest, differences: differences.length })
      return EXIT.fine
    }
    print.line(sentenceText(comparisonHead(compared, group)))
    for (const sentence of sentences) print.line(`  ${sentence}`)
    if (compared.more > 0) print.line({ text: `  ${comparisonWords.more(compared.more)}`, tone: 'soft' })
    if (compared.isPartly) print.note(comparisonWords.partly)
    return EXIT.fine
  },
}

/** Throws `UsageError`. */
function readId(given: string): EntryId {
  const id = completeId(given, 'low')
  if (id === null) throw new UsageError(cliWords.badValue('ID', cliWords.anId, given))
  return id
}
