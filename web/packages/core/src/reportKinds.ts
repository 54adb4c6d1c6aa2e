// What residents may start, the everyday matter first. The server lists kinds by pack; the large button is for the one
// that needs no account and says what it is about by category, so that somebody in a hurry meets no other form.
import type { KindCard } from './client'

export function reportKinds(cards: readonly KindCard[]): KindCard[] {
  const weight = (card: KindCard) => (card.creatable ? 2 : 0) + (card.categories.some((one) => one.urgent) ? 4 : 0)
  return cards.filter((card) => card.report).sort((a, b) => weight(b) - weight(a))
}
