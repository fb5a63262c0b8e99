import { bytes } from '../../../shared/bytes'
import { count } from '../../../shared/count'
import { entryId } from '../../../shared/entry-id'
import { appErrorInfo } from '../../../shared/error-data'
import { alert } from '../../../shared/model/alert'
import { loggedCommand } from '../../../shared/model/command-log'
import { connection, connectionProfile, connectionStatus, serverInfo } from '../../../shared/model/connection'
import { decodedValue, treeNode } from '../../../shared/model/decoded'
import { deletionPlan } from '../../../shared/model/deletion'
import { entry } from '../../../shared/model/entry'
import { entryQuery } from '../../../shared/model/entry-query'
import { exportTarget } from '../../../shared/model/export'
import { figure } from '../../../shared/model/figure'
import { consumer, group, lag } from '../../../shared/model/group'
import { groupChangePlan } from '../../../shared/model/group-change'
import { job, jobCounts } from '../../../shared/model/job'
import { journalRecord } from '../../../shared/model/journal'
import { message } from '../../../shared/model/message'
import { finding, groupReport, streamReport } from '../../../shared/model/monitoring'
import { otherGroup } from '../../../shared/model/other-group'
import { pendingEntry } from '../../../shared/model/pending'
import { recoveryPlan } from '../../../shared/model/plan'
import { recoveryAction } from '../../../shared/model/recovery-action'
import { redrivePlan } from '../../../shared/model/redrive'
import { backup, copiesPlan, rebuildPlan, swapPlan } from '../../../shared/model/restore'
import { dryRun, rule, ruleNow, ruleRun } from '../../../shared/model/rule'
import { criteria, selection } from '../../../shared/model/selection'
import { settings } from '../../../shared/model/settings'
import { groupSummary, stream, streamSummary } from '../../../shared/model/stream'
import { trimPlan } from '../../../shared/model/trim-plan'
import { undoPlan } from '../../../shared/model/undo-plan'
import { who } from '../../../shared/model/who'

/** What the API's document tells once, under a name, because it is met in many places or holds itself. */
export const NAMED = {
  Alert: alert,
  Backup: backup,
  Bytes: bytes,
  Connection: connection,
  ConnectionProfile: connectionProfile,
  ConnectionStatus: connectionStatus,
  Consumer: consumer,
  CopiesPlan: copiesPlan,
  Count: count,
  Criteria: criteria,
  DecodedValue: decodedValue,
  DeletionPlan: deletionPlan,
  DryRun: dryRun,
  Entry: entry,
  EntryId: entryId,
  EntryQuery: entryQuery,
  ErrorInfo: appErrorInfo,
  ExportTarget: exportTarget,
  Figure: figure,
  Finding: finding,
  Group: group,
  GroupChangePlan: groupChangePlan,
  GroupReport: groupReport,
  GroupSummary: groupSummary,
  Job: job,
  JobCounts: jobCounts,
  JournalRecord: journalRecord,
  Lag: lag,
  LoggedCommand: loggedCommand,
  Message: message,
  OtherGroup: otherGroup,
  PendingEntry: pendingEntry,
  RebuildPlan: rebuildPlan,
  RecoveryAction: recoveryAction,
  RecoveryPlan: recoveryPlan,
  RedrivePlan: redrivePlan,
  Rule: rule,
  RuleNow: ruleNow,
  RuleRun: ruleRun,
  Selection: selection,
  ServerInfo: serverInfo,
  Settings: settings,
  Stream: stream,
  StreamReport: streamReport,
  StreamSummary: streamSummary,
  SwapPlan: swapPlan,
  TreeNode: treeNode,
  TrimPlan: trimPlan,
  UndoPlan: undoPlan,
  Who: who,
}
