import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { ImportEvent, ImportFormat, ImportStop } from '../../shared/model/entry-import'
import { api } from '../api/client'
import { sendFile } from '../api/send-file'

type Of<K extends ImportEvent['kind']> = Extract<ImportEvent, { kind: K }>
export type StagedFile = Of<'staged'> & { readonly name: string }

/** How far a file is. `mostBytes`: it was not sent, for it is larger than that. */
export type ImportFileState =
  | { readonly kind: 'none' }
  | Of<'reading'>
  | StagedFile
  | (Of<'faulty'> & { readonly name: string })
  | { readonly kind: 'stopped'; readonly why: ImportStop; readonly mostBytes: number | null }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'failed'; readonly error: unknown }

export interface ImportFile {
  readonly state: ShallowRef<ImportFileState>
  /** Reads this one; null: the host asks which. */
  choose(file: File | null): void
  /** Reads the same as something else. */
  readAs(format: ImportFormat): void
  stop(): void
}

/** A file that is read, and kept by the host for as long as this lives. */
export function useImportFile(): ImportFile {
  const state: ShallowRef<ImportFileState> = shallowRef({ kind: 'none' })
  let controller = new AbortController()
  let chosen: File | null = null

  function halt(): void {
    controller.abort()
    controller = new AbortController()
  }

  async function read(format: ImportFormat | null, again: string | null): Promise<void> {
    const former = controller
    controller = new AbortController()
    const { signal } = controller
    const file = chosen
    // The host asks which: until one is chosen, what is there stays.
    const isAsked = file === null && again === null
    if (isAsked) signal.addEventListener('abort', () => former.abort())
    else former.abort()
    let name = file?.name ?? ''
    const show = (now: ImportFileState): void => {
      if (!signal.aborted) state.value = now
    }
    if (file !== null) show({ kind: 'reading', name, bytes: 0, total: file.size })
    try {
      for await (const event of await api().restore.readImport({ format, again }, { signal })) {
        if (isAsked && event.kind === 'stopped' && event.why === 'cancelled') {
          if (!signal.aborted) controller = former
          return
        }
        if (isAsked) former.abort()
        if (event.kind === 'send') {
          if (file === null) return
          if (file.size > event.mostBytes) {
            show({ kind: 'stopped', why: 'too-large', mostBytes: event.mostBytes })
            return halt()
          }
          const onSent = (bytes: number): void => {
            if (state.value.kind === 'reading') show({ kind: 'reading', name, bytes, total: file.size })
          }
          sendFile(event.path, file, { signal, onSent }).catch(() => {
            if (signal.aborted) return
            show({ kind: 'unreadable' })
            halt()
          })
        } else if (event.kind === 'reading') {
          // What was sent is told by who sends it.
          if (file !== null) continue
          name = event.name
          show(event)
        } else if (event.kind === 'stopped') {
          show({ ...event, mostBytes: null })
        } else show({ ...event, name })
      }
    } catch (error) {
      show({ kind: 'failed', error })
    }
  }

  onScopeDispose(halt)
  return {
    state,
    choose(file) {
      chosen = file
      void read(null, null)
    },
    readAs(format) {
      const { value } = state
      const again = value.kind === 'staged' || value.kind === 'faulty' ? value.again : null
      if (chosen !== null || again !== null) void read(format, again)
    },
    stop() {
      halt()
      state.value = { kind: 'none' }
    },
  }
}
