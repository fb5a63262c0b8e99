import { displayBytes, type Bytes } from '../../bytes'
import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'
import { formatSize } from '../../format/format-size'
import type { ConsumerHealth } from '../../model/group'
import type { RecoveryPlan } from '../../model/plan'
import { healthWords } from './consumer-words'
import { explanationsOf, remarksOn } from './plan-remarks'
import { undoSentence } from './undo-words'

/** The dialogs of a recovery: plan, run, undo, resume. */
export const recoveryWords = {
  someOff: (why: string) => `Some of it is off here. ${why}`,
  chooseConsumer: 'Choose a consumer…',
  consumerLine: (name: Bytes, health: ConsumerHealth, pending: Count) =>
    `${displayBytes(name)}: ${healthWords(health).label}, ${formatCount(pending)} pending`,
  newConsumerDots: 'A new consumer…',
  nameOfNewConsumer: 'Name of the new consumer',
  noneActive: (instead: string) => `None is active: ${instead.toLowerCase()}`,
  healthAndPending: (health: ConsumerHealth, pending: Count) =>
    `${healthWords(health).label}, ${formatCount(pending)} pending`,
  newMark: 'new',
  these: 'These…',
  newConsumer: 'A new consumer',
  typeItsNameFirst: 'Type its name first',
  add: 'Add',
  notEditable: 'Some of it is binary, or too long to be edited here',
  editItsFieldsFirst: 'Edit its fields first',
  copyHasThese: 'The copy has these; the journal does not keep them',
  nameConsumer: 'Name the consumer',
  claimTo: 'Claim to',
  takeGone: 'Also take entries gone from the stream',
  takeGoneHint: 'Redis then drops them from the pending list for good',
  atUnknownTime: 'at an unknown time',
  scriptHint: 'Reads all of it once more, and writes the commands for redis-cli. Changes nothing.',
  allAsScript: 'All commands as a script…',
  writingScript: 'Writing the script',
  countOf: (entries: Count, total: Count) => `${formatCount(entries)} of ${formatCount(total)}`,
  scriptIs: (told: string) => `Script: ${told}`,
  scriptCopied: 'Script copied',
  copyScript: 'Copy the script',
  save: 'Save',
  scriptNote: 'It does not look again before it acts, and writes no journal: Sluice’s own run does.',
  recoverEntries: 'Recover entries',
  notHere: (label: string) => `${label} (not here)`,
  finishFields: 'Finish the fields',
  whichEntries: 'Which entries',
  whatToDo: 'What to do',
  previewMenu: (label: string) => `${label}: preview`,
  preview: (label: string) => `Preview: ${label}`,
  firstOnes: 'the first ones',
  resume: 'Resume',
  retryWhatFailed: 'Retry what failed',
  nothingLeft: 'Nothing is left to do',
  undo: 'Undo',
  nothingToGiveBack: 'There is nothing to give back',
  undoCount: (entries: Count) => `Give back ${formatNoun(entries, 'entry', 'entries')}`,
  thePossible: 'Those that are not certain, or whose copies were read, by themselves',
  thePossibleHint:
    'What its consumer acked itself would be done once more; a copy that a group was given goes, whoever works on it',
  whatItWouldGive: 'What it would give back',
  nothingToRun: 'There is nothing to do',
  nothingToDo: 'Nothing to do',
  nothingToDoText: 'None of these entries is pending any more.',
  run: (verb: string, plan: Pick<RecoveryPlan, 'changes' | 'drops'> | null): string => {
    if (plan && plan.changes > 0) return `${verb} ${formatNoun(plan.changes, 'entry', 'entries')}`
    return plan && plan.drops > 0 ? `Drop ${formatNoun(plan.drops, 'entry', 'entries')}` : verb
  },
  oldestAdded: (mostDeliveries: Count | null) =>
    mostDeliveries === null
      ? 'Oldest added {ago}.'
      : `Oldest added {ago}; delivered ${formatNoun(mostDeliveries, 'time')} at most.`,
  scriptCut: (entries: Count, total: Count, bytes: number) =>
    `The first ${formatNoun(entries, 'entry', 'entries')} of ${formatCount(total)}, ${formatSize(bytes)}: a script holds no more`,
  scriptWhole: (entries: Count, bytes: number) => `${formatNoun(entries, 'entry', 'entries')}, ${formatSize(bytes)}`,
  retry: 'Retry',
  retryCount: (entries: Count) => `Retry ${formatNoun(entries, 'entry', 'entries')}`,
  resumeCount: (entries: Count) => `Resume with ${formatNoun(entries, 'entry', 'entries')}`,
  remarks: remarksOn,
  explanations: explanationsOf,
  undoing: undoSentence,
}
