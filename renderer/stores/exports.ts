import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ExportChoice, ExportEvent, ExportTarget } from '../../shared/model/export'
import { words } from '../../shared/words/words'
import { api } from '../api/client'
import { describeError } from '../api/errors'
import { fetchFile } from '../api/fetch-file'
import type { StreamTarget } from './targets'
import { useToasts } from './toasts'

export interface RunningExport {
  readonly id: number
  /** As a person reads it. */
  readonly name: string
  readonly rows: number
  readonly read: number
  /** Null: nobody knows. */
  readonly total: number | null
}

/** What this page exports. It goes on whatever view is open, and ends with the page. */
export const useExports = defineStore('exports', () => {
  const toasts = useToasts()
  const running = shallowRef<readonly RunningExport[]>([])
  const controllers = new Map<number, AbortController>()
  let lastId = 0

  function note(id: number, by: Partial<RunningExport>): void {
    running.value = running.value.map((each) => (each.id === id ? { ...each, ...by } : each))
  }

  async function start({ connectionId, key }: StreamTarget, name: string, choice: ExportChoice): Promise<void> {
    const id = (lastId += 1)
    const controller = new AbortController()
    controllers.set(id, controller)
    let target: ExportTarget | null = null
    let hasEnded = false
    try {
      for await (const event of await api().export.save(
        { connectionId, key, ...choice },
        { signal: controller.signal },
      )) {
        if (event.kind === 'begun') {
          target = event.target
          running.value = [...running.value, { id, name, rows: 0, read: 0, total: event.total }]
          if (target.kind === 'offered') fetchFile(target.path, target.fileName)
        } else if (event.kind === 'written') note(id, event)
        else {
          hasEnded = true
          tell(event, name, target)
        }
      }
      // A host that ends says no end.
      if (!hasEnded && !controller.signal.aborted) tellNone(name, words.link.noAnswer)
    } catch (error) {
      if (controller.signal.aborted) return
      const { title, next } = describeError(error)
      tellNone(name, `${title} · ${next}`)
    } finally {
      controllers.delete(id)
      running.value = running.value.filter((each) => each.id !== id)
    }
  }

  function tellNone(name: string, why: string): void {
    toasts.show({ tone: 'bad', title: words.export.stoppedTitle(name), detail: why })
  }

  function tell(
    event: Extract<ExportEvent, { kind: 'end' | 'stopped' }>,
    name: string,
    target: ExportTarget | null,
  ): void {
    if (event.kind === 'stopped') {
      if (event.why !== 'cancelled') tellNone(name, words.export.stopped[event.why])
      return
    }
    const { rows, bytes, removed, missing, untold, masked } = event
    const where =
      target?.kind === 'file' ? [target.file] : target?.kind === 'offered' ? [words.export.sentAs(target.fileName)] : []
    const remarks = [
      ...((removed ?? 0) > 0 ? [words.export.removed(removed ?? 0)] : []),
      ...(missing > 0 ? [words.export.missing(missing)] : []),
      ...(untold > 0 ? [words.export.untold(untold)] : []),
      ...(masked > 0 ? [words.export.masked(masked)] : []),
    ]
    toasts.show({
      tone: remarks.length > 0 ? 'warn' : 'good',
      title: words.export.done(rows, bytes),
      detail: [name, ...where, ...remarks].join(' · '),
    })
  }

  return { running, start, stop: (id: number) => controllers.get(id)?.abort() }
})
