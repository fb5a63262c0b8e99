import { testViewsFrom } from './axe'

testViewsFrom(1)
