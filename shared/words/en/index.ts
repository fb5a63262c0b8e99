import { addEntryWords } from './add-entry-words'
import { alertWords } from './alert-words'
import { backupWords } from './backup-words'
import { baseWords } from './base-words'
import { chartWords } from './chart-words'
import { columnsWords } from './columns-words'
import { commandLogWords } from './command-log-words'
import { commandWords } from './command-words'
import { comparisonWords } from './comparison-words'
import { connectionTestWords } from './connection-test-words'
import { connectionWords } from './connection-words'
import { connectionFormWords } from './connection-form-words'
import { connectionImportWords } from './connection-import-words'
import { consumerWords } from './consumer-words'
import { copiesWords } from './copies-words'
import { countedWords } from './counted-words'
import { decodeWords } from './decode-words'
import { deletionWords } from './deletion-words'
import { endpointWords } from './endpoint-words'
import { entriesWords } from './entries-words'
import { entryWords } from './entry-words'
import { entryImportWords } from './entry-import-words'
import { exportWords } from './export-words'
import { figureWords } from './figure-words'
import { findingWhyWords } from './finding-why-words'
import { findingWords } from './finding-words'
import { frameWords } from './frame-words'
import { groupWords } from './group-words'
import { groupChangeWords } from './group-change-words'
import { healthWords } from './health-words'
import { historyWords } from './history-words'
import { jobWords } from './job-words'
import { journalWords } from './journal-words'
import { lastWordsWords } from './last-words-words'
import { linkWords } from './link-words'
import { listedWords } from './listed-words'
import { maskingWords } from './masking-words'
import { madeConsumerWords } from './made-consumer-words'
import { pendingWords } from './pending-words'
import { pendingFilterWords } from './pending-filter-words'
import { permissionWords } from './permission-words'
import { planWords } from './plan-words'
import { rebuildWords } from './rebuild-words'
import { recoveryWords } from './recovery-words'
import { recoveryActionWords } from './recovery-action-words'
import { redriveWords } from './redrive-words'
import { restoreWords } from './restore-words'
import { ruleWords } from './rule-words'
import { savedSearchWords } from './saved-search-words'
import { searchWords } from './search-words'
import { sessionWords } from './session-words'
import { settingsWords } from './settings-words'
import { sshWords } from './ssh-words'
import { streamCopyWords } from './stream-copy-words'
import { sweepWords } from './sweep-words'
import { streamWords } from './stream-words'
import { swapWords } from './swap-words'
import { timelineWords } from './timeline-words'
import { throttleWords } from './throttle-words'
import { triageWords } from './triage-words'
import { trimWords } from './trim-words'
import { whenWords } from './when-words'
import { whatIfWords } from './what-if-words'
import { windowWords } from './window-words'

/** Every sentence of the page, by noun and key. */
export const en = {
  addEntry: addEntryWords,
  alert: alertWords,
  backup: backupWords,
  base: baseWords,
  chart: chartWords,
  command: commandWords,
  columns: columnsWords,
  commandLog: commandLogWords,
  comparison: comparisonWords,
  connection: connectionWords,
  connectionForm: connectionFormWords,
  connectionTest: connectionTestWords,
  connectionImport: connectionImportWords,
  consumer: consumerWords,
  copies: copiesWords,
  counted: countedWords,
  decode: decodeWords,
  deletion: deletionWords,
  endpoint: endpointWords,
  entries: entriesWords,
  entry: entryWords,
  entryImport: entryImportWords,
  export: exportWords,
  figure: figureWords,
  finding: findingWords,
  findingWhy: findingWhyWords,
  frame: frameWords,
  group: groupWords,
  groupChange: groupChangeWords,
  health: healthWords,
  history: historyWords,
  job: jobWords,
  journal: journalWords,
  lastWords: lastWordsWords,
  link: linkWords,
  listed: listedWords,
  masking: maskingWords,
  madeConsumer: madeConsumerWords,
  pending: pendingWords,
  pendingFilter: pendingFilterWords,
  permission: permissionWords,
  plan: planWords,
  rebuild: rebuildWords,
  recovery: recoveryWords,
  recoveryAction: recoveryActionWords,
  redrive: redriveWords,
  restore: restoreWords,
  rule: ruleWords,
  savedSearch: savedSearchWords,
  search: searchWords,
  session: sessionWords,
  settings: settingsWords,
  ssh: sshWords,
  stream: streamWords,
  streamCopy: streamCopyWords,
  sweep: sweepWords,
  swap: swapWords,
  throttle: throttleWords,
  timeline: timelineWords,
  triage: triageWords,
  trim: trimWords,
  whatIf: whatIfWords,
  when: whenWords,
  window: windowWords,
}
