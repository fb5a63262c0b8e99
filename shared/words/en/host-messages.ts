import { additionMessages } from './messages/addition-messages'
import { alertMessages } from './messages/alert-messages'
import { ruleMessages } from './messages/rule-messages'
import { backupMessages } from './messages/backup-messages'
import { connectionMessages } from './messages/connection-messages'
import { connectionTestMessages } from './messages/connection-test-messages'
import { copyMessages } from './messages/copy-messages'
import { deletionMessages } from './messages/deletion-messages'
import { entryImportMessages } from './messages/entry-import-messages'
import { errorMessages } from './messages/error-messages'
import { exportMessages } from './messages/export-messages'
import { groupChangeMessages } from './messages/group-change-messages'
import { guardMessages } from './messages/guard-messages'
import { importMessages } from './messages/import-messages'
import { inputMessages } from './messages/input-messages'
import { journalMessages } from './messages/journal-messages'
import { maskingMessages } from './messages/masking-messages'
import { planMessages } from './messages/plan-messages'
import { recoveryMessages } from './messages/recovery-messages'
import { redriveMessages } from './messages/redrive-messages'
import { restoreMessages } from './messages/restore-messages'
import { scriptMessages } from './messages/script-messages'
import { searchMessages } from './messages/search-messages'
import { secretMessages } from './messages/secret-messages'
import { sshMessages } from './messages/ssh-messages'
import { sweepMessages } from './messages/sweep-messages'
import { trimMessages } from './messages/trim-messages'
import { identityMessages } from './messages/identity-messages'
import { undoMessages } from './messages/undo-messages'
import { urlMessages } from './messages/url-messages'
import type { MessageWords } from '../message-words'

/** Every sentence that a host may say. */
export const hostMessages = {
  /** Words that are not ours: the server's own, a command's name, a sentence of journal format 1. */
  verbatim: ({ text }: { readonly text: string }) => text,
  ...additionMessages,
  ...alertMessages,
  ...ruleMessages,
  ...backupMessages,
  ...connectionMessages,
  ...connectionTestMessages,
  ...copyMessages,
  ...deletionMessages,
  ...entryImportMessages,
  ...errorMessages,
  ...exportMessages,
  ...groupChangeMessages,
  ...guardMessages,
  ...importMessages,
  ...inputMessages,
  ...journalMessages,
  ...maskingMessages,
  ...planMessages,
  ...recoveryMessages,
  ...redriveMessages,
  ...restoreMessages,
  ...scriptMessages,
  ...searchMessages,
  ...secretMessages,
  ...sshMessages,
  ...sweepMessages,
  ...trimMessages,
  ...identityMessages,
  ...undoMessages,
  ...urlMessages,
} satisfies MessageWords
