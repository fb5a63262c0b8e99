import { computed, type Ref, type WritableComputedRef } from 'vue'

/** The fields of a form that is replaced as a whole, one by one, as inputs take them. */
export function useFormFields<F extends object>(form: Ref<F>) {
  return <K extends keyof F>(name: K): WritableComputedRef<F[K]> =>
    computed({
      get: () => form.value[name],
      set: (value) => {
        form.value = { ...form.value, [name]: value }
      },
    })
}
