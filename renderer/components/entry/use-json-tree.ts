import { computed, shallowRef, watch } from 'vue'
import { jsonLines, openingDepth, type JsonLine } from './json-lines'
import type { TreeNode } from '../../../shared/decode/tree'

const FIRST_LINES = 200
const CHILDREN_AT_ONCE = 100

/** What of a tree is open, and which line is the current one. Large arrays open a hundred items at a time. */
export function useJsonTree(root: () => TreeNode) {
  const listed = shallowRef<ReadonlyMap<string, number>>(new Map())
  const activePath = shallowRef('')
  const depth = computed(() => openingDepth(root(), FIRST_LINES, CHILDREN_AT_ONCE))
  const lines = computed(() =>
    jsonLines(root(), (path, at) => listed.value.get(path) ?? (at < depth.value ? CHILDREN_AT_ONCE : 0)),
  )
  const activeIndex = computed(() =>
    Math.max(
      0,
      lines.value.findIndex(({ path }) => path === activePath.value),
    ),
  )

  watch(root, () => {
    listed.value = new Map()
    activePath.value = ''
  })

  function list(path: string, count: number): void {
    listed.value = new Map(listed.value).set(path, count)
  }

  function toggle(line: JsonLine): void {
    if (line.children > 0) list(line.path, line.listed > 0 ? 0 : CHILDREN_AT_ONCE)
  }

  function more(line: JsonLine): void {
    list(line.path, line.listed + CHILDREN_AT_ONCE)
  }

  function move(by: number): void {
    const to = Math.min(lines.value.length - 1, Math.max(0, activeIndex.value + by))
    activePath.value = lines.value[to]?.path ?? ''
  }

  function onKeydown(event: KeyboardEvent): void {
    const line = lines.value[activeIndex.value]
    if (!line || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'ArrowDown' || event.key === 'j') move(1)
    else if (event.key === 'ArrowUp' || event.key === 'k') move(-1)
    else if (event.key === 'Home') move(-lines.value.length)
    else if (event.key === 'End') move(lines.value.length)
    else if (event.key === 'Enter' || event.key === ' ') toggle(line)
    else if (event.key === 'ArrowRight') {
      if (line.children > 0 && line.listed === 0) toggle(line)
      else move(1)
    } else if (event.key === 'ArrowLeft') {
      if (line.listed > 0) toggle(line)
      else activePath.value = line.parent ?? ''
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  return { lines, activeIndex, activePath, toggle, more, onKeydown }
}
