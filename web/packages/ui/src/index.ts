import { defineAsyncComponent } from 'vue'

export { default as TxDialog } from './TxDialog.vue'
export const TxFeeds = /* @__PURE__ */ defineAsyncComponent(() => import('./TxFeeds.vue'))
export { default as TxField } from './TxField.vue'
export { default as TxFiles } from './TxFiles.vue'
export { default as TxForm } from './TxForm.vue'
export { default as TxMark } from './TxMark.vue'
export { default as TxOutside } from './TxOutside.vue'
export { default as TxPerhaps } from './TxPerhaps.vue'
export { default as TxPhotos } from './TxPhotos.vue'
export const TxPicker = /* @__PURE__ */ defineAsyncComponent(() => import('./TxPicker.vue'))
export { default as TxReasoning } from './TxReasoning.vue'
export { default as TxState } from './TxState.vue'
export const TxTellMe = /* @__PURE__ */ defineAsyncComponent(() => import('./TxTellMe.vue'))
export { default as TxTimeline } from './TxTimeline.vue'
export { default as TxValues } from './TxValues.vue'
export * from './useAsk'

// A form below the first screen: it comes after the rest.
export const loadForm = () => import('./TxForm.vue')
export const TxFormLater = /* @__PURE__ */ defineAsyncComponent(loadForm)
export { later } from './later'
