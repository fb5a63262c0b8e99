import { computed, shallowRef, useId, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { useToasts } from '../stores/toasts'
import { useAttempt, type Attempts } from './use-attempt'

interface Options<Form, Faults, Fields, Saved> {
  readonly open: Ref<boolean>
  /** What it begins with, each time that it opens. */
  begin(): Form
  faultsOf(form: Form): Faults
  /** Null: something is wrong with it. */
  read(form: Form): Fields | null
  /** Why it can't be saved whatever is filled in, in words. */
  whyNot(): string | null
  save(fields: Fields): Promise<Saved>
  /** What is said once it is saved. */
  said(saved: Saved): string
}

interface EditDialog<Form, Faults> extends Pick<Attempts, 'busy' | 'error'> {
  readonly formId: string
  readonly form: ShallowRef<Form>
  /** Null: nobody tried to save it yet. */
  readonly faults: ComputedRef<Faults | null>
  save(): Promise<void>
}

/** A dialog that makes one of a list, or changes one: what is wrong is told once somebody tries to save it. */
export function useEditDialog<Form, Faults, Fields, Saved>(
  options: Options<Form, Faults, Fields, Saved>,
): EditDialog<Form, Faults> {
  const { open, begin, faultsOf, read, whyNot } = options
  const toasts = useToasts()
  const { busy, error, attempt } = useAttempt()
  const form = shallowRef(begin()) as ShallowRef<Form>
  const wasTried = shallowRef(false)
  watch(
    open,
    () => {
      form.value = begin()
      wasTried.value = false
      error.value = null
    },
    { immediate: true },
  )
  return {
    ...{ busy, error, form, formId: useId() },
    faults: computed(() => (wasTried.value ? faultsOf(form.value) : null)),
    async save() {
      wasTried.value = true
      const fields = read(form.value)
      if (fields === null || whyNot() !== null) return
      const saved = await attempt(() => options.save(fields))
      if (saved === null) return
      toasts.show({ tone: 'good', title: options.said(saved) })
      open.value = false
    },
  }
}
