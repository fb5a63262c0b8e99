import { testViewsFrom } from './axe'

testViewsFrom(0)
