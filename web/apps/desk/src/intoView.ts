// Brings a link of a bar that scrolls sideways into sight; the page itself stays where it is.
export function intoView(link: Element | null) {
  const bar = link?.parentElement
  if (!bar || bar.scrollWidth <= bar.clientWidth) return
  const box = link.getBoundingClientRect()
  const frame = bar.getBoundingClientRect()
  bar.scrollLeft += box.left + box.width / 2 - (frame.left + frame.width / 2)
}
