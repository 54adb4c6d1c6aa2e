import { type AsyncComponentLoader, defineAsyncComponent, defineComponent, h } from 'vue'

const Room = defineComponent({
  inheritAttrs: false,
  setup:
    (_, { attrs }) =>
    () =>
      h('div', { class: attrs.class, style: attrs.style as string }),
})

// A part of a page that is fetched when the page stands (a map, a chart). Until it is there its room is kept, by the class it was
// given, so that nothing below it jumps.
export const later = <T extends AsyncComponentLoader>(loader: T) =>
  defineAsyncComponent({ loader, loadingComponent: Room, delay: 0 })
