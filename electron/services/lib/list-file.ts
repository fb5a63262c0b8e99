import type { z } from 'zod'
import { openJsonFile, type JsonContent, type JsonFileOptions } from './json-file'

/** A list in a JSON file of the data directory, which other processes read and change as well. What it holds that is none is left out. */
export interface ListFile<T> {
  /** As it was a moment ago. */
  all(): readonly T[]
  /** `change` gives the new list, or the same one to leave it; it may be asked again. What it throws is thrown. Throws STORAGE. */
  update(change: (all: readonly T[]) => readonly T[]): Promise<void>
  /** Calls back when the list is another one, by this process or by others. */
  onChange(listener: () => void): void
  close(): void
}

/** `field`: of the file's object, where the list stands. */
export async function openListFile<T>(
  schema: z.ZodType<T>,
  field: string,
  options: JsonFileOptions,
): Promise<ListFile<T>> {
  const file = await openJsonFile(options)
  const listeners: (() => void)[] = []
  const read = (content: JsonContent): readonly T[] => {
    const list = content[field]
    if (!Array.isArray(list)) return []
    return list.flatMap((each) => {
      const found = schema.safeParse(each)
      return found.success ? [found.data] : []
    })
  }
  let current = read(file.content)
  const changed = (): void => {
    current = read(file.content)
    for (const listener of listeners) listener()
  }
  file.watch(() => {
    try {
      if (file.refresh()) changed()
    } catch {
      // Said in the log. What was known holds until it can be read again.
    }
  })
  return {
    all: () => current,
    async update(change) {
      await file.update((content) => {
        const before = read(content)
        const after = change(before)
        return after === before ? null : { ...content, [field]: after }
      })
      changed()
    },
    onChange: (listener) => void listeners.push(listener),
    close: file.close,
  }
}
