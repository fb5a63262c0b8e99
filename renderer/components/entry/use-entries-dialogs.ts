import { displayName } from '../../../shared/format/display-name'
import { useCopyDialog } from '../../composables/use-copy-dialog'
import { useExportDialog } from '../../composables/use-export-dialog'
import { useImportDialog } from '../../composables/use-import-dialog'
import type { StreamTarget } from '../../stores/targets'
import { copyChoices, exportChoices, type EntriesShown } from './export-choices'

/** What takes entries on the screen elsewhere, and those of a file into their stream: each opens the dialog for it. */
export function useEntriesDialogs(target: () => StreamTarget, shown: () => EntriesShown) {
  const { subject: exporting } = useExportDialog()
  const { subject: copying } = useCopyDialog()
  const { subject: importing } = useImportDialog()
  return {
    askExport(): void {
      exporting.value = { target: target(), name: displayName(target().key), choices: exportChoices(shown()) }
    },
    askCopy(): void {
      copying.value = { kind: 'entries', source: target(), choices: copyChoices(exportChoices(shown())) }
    },
    askImport(): void {
      const { connectionId, key } = target()
      importing.value = { connectionId, stream: key }
    },
  }
}
