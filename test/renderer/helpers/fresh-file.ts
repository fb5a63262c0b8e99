import { disableAutoUnmount } from '@vue/test-utils'

/** Files of one worker share what they import: each says for itself when what it mounted goes. */
disableAutoUnmount()
