// Apart from the map that everybody sees: drawing brings more of OpenLayers with it.
export { default as TxGridEditor } from './TxGridEditor.vue'
