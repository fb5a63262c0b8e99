import { createPinia } from 'pinia'
import { createApp } from 'vue'
// Before the components, whose own styles refine these.
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/stripes.css'
import App from './App.vue'

createApp(App).use(createPinia()).mount('#app')
